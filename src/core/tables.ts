/** Every table of the database, each declared by the area that owns it (its tables.generated.ts) through module augmentation. */
// biome keeps this an interface: augmentation needs one.
export interface Tables {
  idempotency: {
    workspace_id: string
    actor: string
    key: string
    request_hash: string
    status: number | null
    response: unknown
    created_at: Date
  }
}
