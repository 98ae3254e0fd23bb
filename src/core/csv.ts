// The one place that writes CSV. A spreadsheet runs cells that begin like a formula, so those get an apostrophe in
// front, and reading takes it away again.

const formula = /^[=+\-@%|\t\r\n＝＋－＠％｜]/
const neutralised = /^'[=+\-@%|\t\r\n＝＋－＠％｜]/

const neutral = (cell: string): string => (formula.test(cell) ? `'${cell}` : cell)

/** What a cell said before this writer made it safe. */
export const restored = (cell: string): string => (neutralised.test(cell) ? cell.slice(1) : cell)

export const csvRow = (cells: string[]): string =>
  `${cells
    .map(cell => neutral(cell))
    .map(cell => (/[",;\t\r\n']|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
    .join(',')}\r\n`
