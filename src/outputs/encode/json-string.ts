/** Characters that JSON must escape, all surrogates, paired or not, and what the commands of {@link escapeJobCommands} begin with. */
// oxlint-disable-next-line no-control-regex -- JSON escapes exactly these
const ESCAPED = /["#\\\x00-\x1f\ud800-\udfff]/;

/** `##[error]` of GitHub and Azure, `##vso[…]`, `##teamcity[…]`: commands to who reads the log of a job, anywhere in a line. */
const JOB_COMMAND = /##(?=[a-z]*\[)/gi;

/** True when a text is its own JSON but for the quotes. */
function isOwnJson(text: string): boolean {
  return !ESCAPED.test(text);
}

/**
 * A JSON string. Lone surrogates become U+FFFD, as Falco writes invalid UTF-8 (nlohmann::json
 * with error_handler_t::replace); JSON.stringify alone would write them as escapes that strict
 * readers refuse.
 */
export function jsonString(text: string): string {
  // The test costs a third of JSON.stringify, and most log text passes it.
  return isOwnJson(text) ? `"${text}"` : escapeJobCommands(JSON.stringify(wellFormed(text)));
}

/** A JSON string without its quotes. */
export function jsonInner(text: string): string {
  return isOwnJson(text) ? text : jsonString(text).slice(1, -1);
}

/**
 * JSON of the same value that gives no commands to a CI job that prints it. Outside its strings JSON has no `#`, and
 * within them none is behind a backslash.
 */
export function escapeJobCommands(json: string): string {
  return json.includes('##') ? json.replace(JOB_COMMAND, String.raw`\u0023#`) : json;
}

/** The text with lone surrogates replaced by U+FFFD. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD');
}
