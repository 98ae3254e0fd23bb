// Ranks and doors (ARCHITECTURE.md). An area imports only its own files, the doors of lower areas and packages.
const ranks = ['core', 'ui', 'identity', 'records', 'customers', 'timeline', 'feedback', 'data']

const lookDown = ranks.map((area, rank) => ({
  name: `${area}-looks-down`,
  comment: `${area} may import only areas ranked below it`,
  severity: 'error',
  from: { path: `^src/${area}/`, pathNot: '\\.test\\.tsx?$' },
  to: { path: `^src/(${[...ranks.slice(rank + 1), 'testing'].join('|')})/|^src/[^/]+\\.tsx?$` },
}))

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...lookDown,
    {
      name: 'doors-only',
      comment:
        'another area is entered by its door (index.ts, web/index.ts) or a contract; core and ui are libraries of named files',
      severity: 'error',
      from: { path: '^src/([^/]+)/', pathNot: '\\.test\\.tsx?$' },
      to: {
        path: '^src/(identity|records|customers|timeline|feedback|data)/',
        pathNot: '^src/$1/|^src/[^/]+/(index\\.ts|web/index\\.tsx?|[^/]+\\.contract\\.ts)$',
      },
    },
    {
      name: 'ui-knows-no-data',
      severity: 'error',
      from: { path: '^src/ui/' },
      to: { path: '^src/core/(?!web/)' },
    },
    {
      name: 'contracts-are-pure',
      comment: 'a contract is read by the browser too: no server code behind it',
      severity: 'error',
      from: { path: '\\.contract\\.ts$' },
      to: { path: '^src/', pathNot: '\\.contract\\.ts$|^src/core/(endpoint|text|pure)[^/]*\\.ts$' },
    },
    {
      name: 'web-stays-in-the-browser',
      severity: 'error',
      from: { path: '^src/([^/]+/web/|ui/|web\\.tsx)', pathNot: '\\.test\\.ts$' },
      to: {
        path: '^src/',
        pathNot:
          '/web/|^src/ui/|\\.contract\\.ts$|^src/core/(endpoint|text|pure)[^/]*\\.ts$|\\.json$|\\.pure\\.ts$',
      },
    },
    {
      name: 'no-circular',
      comment: 'types may know each other; code may not',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'tests-harness-is-for-tests',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.test\\.tsx?$|^src/testing/' },
      to: { path: '^src/testing/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|data)/' },
    tsConfig: { fileName: 'tsconfig.web.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
    },
  },
}
