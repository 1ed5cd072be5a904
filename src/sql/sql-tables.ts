/** What rules are written for: lines as they were logged, or events with columns. */
export const SQL_TABLES = ['raw', 'typed'] as const;
export type SqlTable = (typeof SQL_TABLES)[number];
