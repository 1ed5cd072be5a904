import type { CreateRecords, CreateRows } from './table/record-list.ts';
import type { OutputContext, OutputWriter, Sink } from './writer.ts';

/**
 * What a command prints that is neither findings nor a list of records: a page about one thing, a listing of
 * what the program knows, results of rule tests, the profile of an identity, or incidents.
 */
export type PageKind = 'page' | 'listing' | 'tests' | 'profile' | 'incidents';

/** All that is known of an output format: options, help, docs and reports ask here. */
export interface Format {
  /** Completes `FORMAT: …` in help and docs. */
  readonly description: string;
  /** Usual file name extension, without the dot. */
  readonly extension: string;
  /** Further extensions. One that is the usual extension of another format names that other one. */
  readonly otherExtensions?: readonly string[];
  /** True when its text is JSON: on a terminal, what would steer it is then written as JSON escapes. */
  readonly isJson?: true;
  /** True when it is no text: a terminal does not get it, and its sink takes bytes. */
  readonly isBinary?: true;
  /** True when it is drawn with lines, which not every terminal has. */
  readonly isDrawn?: true;
  /** True when findings are shown with their event, without `--raw`. */
  readonly showsEvents?: true;
  /** True when programs read its lists: they have all rows, where those for people begin with some. */
  readonly allRows?: true;
  /** True when repeated findings share a row, unless `--no-fold` is given. */
  readonly folds?: true;
  /** True when the findings of one event share an entry, unless `--by-rule` is given. */
  readonly byEvent?: true;
  /** Format of the report that goes to the file GITHUB_STEP_SUMMARY names as well. */
  readonly stepSummary?: 'markdown';
  /** Pages that commands print in this format. */
  readonly pages?: readonly PageKind[];
  /** True when readers can use what is there so far: with --follow it is written as findings come. */
  readonly grows?: true;
  /** Loads the format's code on first use and makes a writer of findings. */
  create(sink: Sink, context: OutputContext): Promise<OutputWriter>;
  /** Makes a writer of lists: requests, sessions, groups. Commands that print lists have these formats. */
  readonly records?: CreateRecords;
  /** Makes a writer of lists as tables of typed columns. */
  readonly rows?: CreateRows;
  /** True when others define its documents: it is for findings, and for lists that say how (RecordList.documents). */
  readonly isSchema?: true;
}
