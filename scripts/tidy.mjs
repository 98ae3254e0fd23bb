// House rules that no other tool holds: file length, process.env, fetch, console, SQL writes to other areas' tables, leftovers.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter(file => file && existsSync(file))
const problems = []
const report = (file, text, line) => problems.push(`${file}${line ? `:${line}` : ''}  ${text}`)

const code = files.filter(
  file => /\.(ts|tsx|mjs|sql)$/.test(file) && !/\.generated\.ts$|schema\.sql$/.test(file),
)
const tables = new Map() // table → owning area, read from the migrations
for (const file of code.filter(file => /^src\/[^/]+\/migrations\/.*\.sql$/.test(file))) {
  const area = file.split('/')[1]
  for (const match of readFileSync(file, 'utf8').matchAll(
    /create (?:unlogged )?table (?:if not exists )?(?:rapport\.)?"?([a-z_]+)"?/gi,
  )) {
    const owner = tables.get(match[1])
    if (owner && owner !== area) report(file, `table ${match[1]} is already made by ${owner}`)
    tables.set(match[1], area)
  }
}

const writes =
  /(?:insertInto|updateTable|deleteFrom|mergeInto)\(\s*'([a-z_]+)|\b(?:insert into|update|delete from|merge into|copy)\s+(?:rapport\.)?([a-z_]+)\b(?=\s*(?:\(|set\b|as\b|using\b|where\b|from stdin))/gi
for (const file of code) {
  const text = readFileSync(file, 'utf8')
  const lines = text.split('\n')
  if (lines.length > 401) report(file, `${lines.length - 1} lines, at most 400`)
  const area = file.startsWith('src/') ? file.split('/')[1] : undefined
  const isTest = /\.test\.tsx?$/.test(file) || !area || area === 'testing'
  lines.forEach((line, index) => {
    if (/process\.env\b/.test(line) && file !== 'src/core/config.ts' && area && !isTest)
      report(file, 'process.env only in src/core/config.ts', index + 1)
    if (/(?<![.\w])fetch\(/.test(line) && area && !isTest && !/^src\/core\/(web\/|egress)/.test(file))
      report(file, 'fetch only through core (call in the browser, egress on the server)', index + 1)
    if (/\b(?:TODO|FIXME|XXX)\b/.test(line) && file !== 'scripts/tidy.mjs')
      report(file, 'an open end: finish it or open an issue', index + 1)
    if (/\b(?:it|test|describe)\.(?:only|skip|todo)\b/.test(line) && file !== 'scripts/tidy.mjs')
      report(file, 'no test is skipped or singled out', index + 1)
    if (
      /vi\.mock\(|@ts-(?:ignore|expect-error|nocheck)|biome-ignore|oxlint-disable|eslint-disable/.test(
        line,
      ) &&
      file !== 'scripts/tidy.mjs'
    )
      report(file, 'no mocks of our own code, no silenced checks', index + 1)
    if (
      /\bregistry\.npmjs\.org\b|\/root\/|\/home\/\w+\//.test(line) &&
      file !== 'scripts/tidy.mjs' &&
      !file.endsWith('.test.ts')
    )
      report(file, 'a machine path or registry address', index + 1)
  })
  if (area && !isTest && !/\/migrations\//.test(file)) {
    for (const match of text.matchAll(writes)) {
      const owner = tables.get(match[1] ?? match[2])
      if (owner && owner !== area) report(file, `writes ${match[1] ?? match[2]}, which belongs to ${owner}`)
    }
  }
}
for (const file of files) if (/(^|\/)utils?(\.|\/)/.test(file)) report(file, 'no "utils": name what it is')

if (problems.length) {
  console.log(problems.join('\n'))
  process.exit(1)
}
console.log(`tidy: ${code.length} files, ${tables.size} tables`)
