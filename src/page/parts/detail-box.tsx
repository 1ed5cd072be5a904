import type { ComponentChild, ComponentChildren } from 'preact';
import { close } from '../state.ts';

/** What stands beside a list. */
export function DetailBox({
  name,
  children,
}: {
  readonly name: string;
  readonly children: ComponentChildren;
}): ComponentChild {
  return (
    <section class="detail" id="detail" tabIndex={-1} aria-label={name}>
      <button type="button" class="close" aria-label="Close (Esc)" onClick={close}>
        ×
      </button>
      {children}
    </section>
  );
}
