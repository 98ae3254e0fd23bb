import { UnreadableFile } from '../rows.ts'
import { says } from '../says.ts'

export type TextFormat = 'csv' | 'vcard' | 'xes' | 'json_lines' | 'json'

function isJson(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

/** One line that is an object around a list of several objects is a document, not an event. */
function holdsList(line: string): boolean {
  if (!isJson(line)) return false
  const lists = Object.values<unknown>(JSON.parse(line)).filter(Array.isArray)
  return lists.length === 1 && lists.flat().filter(one => typeof one === 'object').length > 1
}

/** What a text file is, by how it begins. Refuses in words what is neither a table nor one of the known forms. */
export function textFormat(head: string): TextFormat {
  const text = head.replace(/^\ufeff/, '').trimStart()
  if (/^BEGIN:VCARD/i.test(text)) return 'vcard'
  if (/^<\?xml|^<!doctype|^<(html|log|table|workbook)\b/i.test(text)) {
    if (/<log[\s>]/.test(text)) return 'xes'
    throw new UnreadableFile(says.is_web_page())
  }
  const line = text.split(/\r?\n/, 1)[0] ?? ''
  if (line.startsWith('{')) {
    // a first line that is longer than what was looked at cannot be checked yet
    if (text.trimEnd() === line && holdsList(line)) return 'json'
    if (isJson(line) || (line === text && !/^\{\s*$/.test(line))) return 'json_lines'
    return 'json'
  }
  if (/^\[\s*(\{|\[|"|$)/.test(line) && !line.includes('],')) return 'json'
  return 'csv'
}
