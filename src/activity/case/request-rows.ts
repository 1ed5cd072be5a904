import { CaseBlocks, type BlockRow, type PackedBlock } from '../../outputs/case/case-blocks.ts';
import {
  REQUEST_DETAILS,
  REQUEST_TEXTS,
  type RequestDetail,
  type RequestText,
} from '../../outputs/case/case-data.ts';
import { caseTexts, timeNumbers, type CaseTexts } from '../../outputs/case/case-texts.ts';
import type { OutputContext } from '../../outputs/writer.ts';
import { requestResource, resultWord, type Request } from '../request.ts';

/** Requests of a page, and bytes of them, packed. */
const BOUNDS = { rows: 50_000, bytes: 12_000_000, eventBytes: 0 };

const READS = new Set(['get', 'list', 'watch', 'head', 'options']);

/** Keeps requests for the page: those of users with findings first, then refused ones, writes and reads. */
export class RequestRows {
  readonly #blocks = new CaseBlocks<RequestText, RequestDetail>(
    { texts: REQUEST_TEXTS, details: REQUEST_DETAILS },
    BOUNDS,
  );
  readonly #texts: CaseTexts;
  readonly #formatTime: OutputContext['formatTime'];

  constructor(style: Pick<OutputContext, 'showSecrets' | 'formatTime'>) {
    this.#texts = caseTexts(style);
    this.#formatTime = style.formatTime;
  }

  /** @param isFollowed true for requests of users with findings */
  add(request: Request, isFollowed: boolean): void {
    this.#blocks.add(rankOf(request, isFollowed), {
      row: () => this.#row(request),
      event: () => '',
    });
  }

  end(): PackedBlock[] {
    return this.#blocks.end();
  }

  #row(request: Request): BlockRow<RequestText, RequestDetail> {
    const { name } = this.#texts;
    const { time, resource, origin } = request;
    const at = timeNumbers(time, this.#formatTime);
    return {
      texts: {
        result: resultWord(request),
        user: name(request.user),
        as: name(request.impersonatedUser),
        verb: name(request.verb),
        resource: name(resource),
        subresource: name(request.subresource),
        namespace: name(request.namespace),
        // Other URLs than those of objects are known by their path.
        name: resource === undefined ? name(requestResource(request)) : name(request.name),
        source: name(request.sourceIp),
        code: name(request.code),
        id: name(request.auditId),
      },
      numbers: { ...at, count: 1, first: at.seconds, last: at.seconds },
      details: {
        agent: name(request.userAgent),
        reason: name(request.reason),
        uri: name(request.uri),
        level: name(request.level),
        file: name(origin.file),
        line: String(origin.line),
        cluster: name(origin.cluster),
        node: name(origin.node),
        stage: name(request.stage),
      },
    };
  }
}

function rankOf({ verb = '', result }: Request, isFollowed: boolean): number {
  if (isFollowed) return 0;
  if (result === 'denied') return 1;
  return READS.has(verb) ? 3 : 2;
}
