import { isObject, member, stringMember } from '../json/value.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';
import type { WrapperContext } from './decoded.ts';

/** Merges the contexts of two wrappers; values of the inner one win. */
export function mergeContext(
  outer: WrapperContext,
  inner: WrapperContext | undefined,
): WrapperContext {
  if (inner === undefined) return outer;
  return {
    cluster: inner.cluster ?? outer.cluster,
    node: inner.node ?? outer.node,
    stream: inner.stream ?? outer.stream,
  };
}

/** Whether two contexts say the same. */
export function isSameContext(a: WrapperContext, b: WrapperContext): boolean {
  return a.cluster === b.cluster && a.node === b.node && a.stream === b.stream;
}

/** Context that shippers merge into the event itself: OpenShift ViaQ, Fluent Bit, Fluentd. */
export function eventContext(event: JsonObject): WrapperContext | undefined {
  const node = stringMember(event, 'hostname') ?? memberOf(event, 'kubernetes', 'host');
  const cluster = memberOf(event, 'openshift', 'cluster_id');
  return node === undefined && cluster === undefined ? undefined : { cluster, node };
}

function memberOf(object: JsonObject, key: string, inner: string): string | undefined {
  const value = member(object, key);
  return isObject(value) ? stringMember(value, inner) : undefined;
}

/** A value when it is a non-empty string. */
export function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
