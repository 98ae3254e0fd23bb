import { UnreadableFile } from '../rows.ts'
import { says } from '../says.ts'
import { columns_limit, type TableFile } from './table-file.ts'

export type KeyedRow = Map<string, string>

/** Rows that name their own columns: the first reading finds the columns, the second writes the table. */
export async function keyedToTable(
  name: string,
  read: () => AsyncIterable<KeyedRow>,
  file: TableFile,
): Promise<void> {
  const columns = new Set<string>()
  for await (const row of read()) {
    for (const key of row.keys()) columns.add(key)
    if (columns.size > columns_limit) throw new UnreadableFile(says.too_many_keys({ most: columns_limit }))
  }
  file.begin(name)
  const header = [...columns]
  await file.add(header)
  for await (const row of read()) await file.add(header.map(key => row.get(key) ?? ''))
}
