import { UnreadableFile } from '../rows.ts'

export type TextFormat = 'csv' | 'vcard' | 'xes' | 'json_lines'

function isJson(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

/** What a text file is, by how it begins. Refuses in words what is neither a table nor one of the known forms. */
export function textFormat(head: string): TextFormat {
  const text = head.replace(/^\ufeff/, '').trimStart()
  if (/^BEGIN:VCARD/i.test(text)) return 'vcard'
  if (/^<\?xml|^<!doctype|^<(html|log|table|workbook)\b/i.test(text)) {
    if (/<log[\s>]/.test(text)) return 'xes'
    throw new UnreadableFile(
      'This is a web page or an XML document, not a table. Export the data as CSV or as a workbook and try again.',
    )
  }
  const line = text.split(/\r?\n/, 1)[0] ?? ''
  if (line.startsWith('{')) {
    // a first line that is longer than what was looked at cannot be checked yet
    if (isJson(line) || (line === text && !/^\{\s*$/.test(line))) return 'json_lines'
    throw json()
  }
  if (/^\[\s*(\{|\[|"|$)/.test(line) && !line.includes('],')) throw json()
  return 'csv'
}

const json = () =>
  new UnreadableFile(
    'This is a JSON document. Send one JSON object a line (.jsonl), or export the data as CSV.',
  )
