import type { CaseSession } from '../../outputs/case-sections.ts';
import type { CaseTexts } from '../../outputs/case/case-texts.ts';
import { clientName } from '../count/group-keys.ts';
import { commandText, lengthText, targetText, type Session } from '../request/sessions.ts';
import { requestResult } from '../request.ts';
import { objectName } from './object-case.ts';

/** A session as the page tells it. */
export function caseSession(session: Session, texts: CaseTexts): CaseSession {
  const { name, redact, long, time } = texts;
  const { request, kind, start, end, tty, stdin } = session;
  const { namespace, resource, origin } = request;
  return {
    kind,
    user: name(request.user),
    as: name(request.impersonatedUser),
    target: long(redact(targetText(session))),
    object: objectName([namespace, resource, request.name], texts),
    command: long(redact(commandText(session))),
    start: time(start),
    end: end === undefined ? '' : time(end),
    lasted: lengthText(session),
    result: name(requestResult(request)),
    source: name(request.sourceIp),
    client: name(clientName(request.userAgent)),
    tty,
    stdin,
    id: name(request.auditId),
    file: name(origin.file),
    line: origin.line,
  };
}
