import { globSync, readFileSync } from 'node:fs'
import ts from 'typescript'
import { expect, test } from 'vitest'

// Whatever the server says to somebody is a sentence of says.ts, which every language has. What is written as it stands is
// English for all: this reads the source for it.

const src = new URL('../src/', import.meta.url)

/** Where English stands, and who reads it. Whoever adds a file says here why no user meets its texts. */
const allowed: Readonly<Record<string, string>> = {
  'main.ts': 'the terminal of whoever starts it',
  'core/config.ts': 'the documentation of the settings, and the terminal',
  'core/health.ts': '/ready, for operators',
  'core/jobs.ts': '/ready, for operators',
  'core/metrics-access.ts': '/metrics, for operators',
  'core/migrate.ts': 'the terminal of whoever starts it',
  'core/roles.ts': 'the terminal of whoever starts it',
  'identity/identity.commands.ts': 'the terminal',
  'identity/mail-texts.ts': 'mail, in the language of whoever gets it',
  'identity/mail.ts': '/ready, for operators',
  'timeline/fold.loop.ts': '/ready, for operators',
  'timeline/projection.loop.ts': '/ready and the terminal, for operators',
  'data/import-notice.ts': 'mail, in the language of whoever gets it',
  'data/sample/sample.commands.ts': 'the terminal',
}
const allowedFolders: Readonly<Record<string, string>> = {
  'core/runtime/': 'the start of the embedded databases: the terminal and the log',
  'data/sample/generate/':
    'what the customers of the sample company say and are called: data, not ours to say',
  'testing/': 'tests',
}
const isAllowed = (path: string) =>
  path in allowed || Object.keys(allowedFolders).some(folder => path.startsWith(folder))

/** What is said in several languages at once, or is the API document, says so by the name it stands under. */
const otherwise = new Set(['en', 'de', 'es', 'fr', 'it', 'nl', 'summary', 'description'])
/** What people read, however short. */
const telling = new Set([
  'detail',
  'message',
  'reason',
  'problem',
  'failure',
  'why',
  'hint',
  'note',
  'warning',
])

const reads = (text: string) =>
  /^["“„]?(?:[A-Z…]|[a-z_]+: )/.test(text) && /[.!?]["”]?$/.test(text) && /\S \S+ \S/.test(text)
const words = /[A-Za-z]{2,} [a-z]{2,}/
const isSql = /^\s*(?:select|insert|update|delete|with|create|drop|alter|analyze)\s/

const textOf = (node: ts.Node): string | undefined => {
  if (ts.isStringLiteralLike(node)) return node.text
  if (!ts.isTemplateExpression(node)) return undefined
  return node.head.text + node.templateSpans.map(span => `…${span.literal.text}`).join('')
}
const nameOf = (node: ts.Node): string =>
  ts.isPropertyAssignment(node) && (ts.isIdentifier(node.name) || ts.isStringLiteral(node.name))
    ? node.name.text
    : ts.isVariableDeclaration(node) && ts.isIdentifier(node.name)
      ? node.name.text
      : ''

/** Logs and assertions are read by whoever runs or mends the program; SQL and HTML by machines. */
function isForOthers(node: ts.Node, file: ts.SourceFile): boolean {
  if (ts.isTaggedTemplateExpression(node)) return true
  if (ts.isImportDeclaration(node) || ts.isLiteralTypeNode(node)) return true
  if (ts.isNewExpression(node)) return /(?:^|\.)(?:Type|Range)?Error$/.test(node.expression.getText(file))
  if (ts.isCallExpression(node))
    return /\blog(?:ger)?\.\w+$|\.(?:describe|meta)$/.test(node.expression.getText(file))
  return ts.isPropertyAssignment(node) && otherwise.has(nameOf(node))
}

/** Texts of a server file that somebody would read in English whatever his language. */
export function textsBeside(path: string, source: string): string[] {
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest)
  const found: string[] = []
  const visit = (node: ts.Node, told: boolean): void => {
    if (isForOthers(node, file)) return
    const text = textOf(node)
    if (text !== undefined && !isSql.test(text) && (reads(text.trim()) || (told && words.test(text))))
      found.push(text)
    const tells =
      telling.has(nameOf(node)) ||
      (ts.isCallExpression(node) &&
        /^(?:fail|refuse|say|contractText)$/.test(node.expression.getText(file))) ||
      (ts.isCallExpression(node) && /\.(?:refine|regex|min|max)$/.test(node.expression.getText(file)))
    const ends = ts.isFunctionLike(node) || (ts.isPropertyAssignment(node) && !tells)
    ts.forEachChild(node, child => visit(child, tells || (told && !ends)))
  }
  visit(file, false)
  return found
}

const files = globSync('**/*.ts', { cwd: src.pathname })
  .map(path => path.replaceAll('\\', '/'))
  .filter(
    path =>
      !/(?:^|\/)web\/|^ui\/|\.test\.ts$|says(?:\.contract)?\.ts$|text-words\.ts$|\.generated\.ts$/.test(path),
  )

test('the server says nothing in English that is not a sentence of the catalogue', () => {
  expect(files.length).toBeGreaterThan(300)
  const found = files
    .filter(path => !isAllowed(path))
    .flatMap(path =>
      textsBeside(path, readFileSync(new URL(path, src), 'utf8')).map(text => `${path}: ${text}`),
    )
  expect(found).toEqual([])
})

test('every file that is let off has such a text still', () => {
  const needless = [...Object.keys(allowed), ...Object.keys(allowedFolders)].filter(path =>
    files
      .filter(one => one.startsWith(path))
      .every(one => textsBeside(one, readFileSync(new URL(one, src), 'utf8')).length === 0),
  )
  expect(needless.filter(path => path !== 'testing/')).toEqual([])
})

test('a text beside the catalogue would be found wherever it stands', () => {
  const planted = [
    "throw fail('invalid', { detail: 'take another one' })",
    "const outcome = { status: 'rejected', reason: late ? 'came too late' : undefined }",
    'const why = `there is no ${name} here`',
    "if (!rows) return 'There is nothing to undo.'",
    "refuse(index, 'used', 'was used before')",
    "z.string().refine(isRight, 'must not repeat')",
    'throw new UnreadableFile(`Line ${row} is longer than 1 MB.`)',
  ]
  expect(planted.map(text => textsBeside('planted.ts', text).length)).toEqual(planted.map(() => 1))
  const others = [
    "ctx.machine.log.warn('The queue is longer than it was.')",
    "throw new Error('A chunk has no rows in it.')",
    "const texts = { en: 'There is one more thing.', de: 'Es gibt noch etwas.' }",
    "const one = endpoint({ summary: 'Take the one that is there.' })",
    'const rows = sql`select There are no rows here.`',
  ]
  expect(others.flatMap(text => textsBeside('others.ts', text))).toEqual([])
})
