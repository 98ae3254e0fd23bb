/**
 * Every table of the database. Each area declares its own in its tables.generated.ts, which augments this interface;
 * the runner's own table stands here so that the interface is never empty.
 */
export interface Tables {
  migration: { name: string; hash: string; ran_at: Date }
}
