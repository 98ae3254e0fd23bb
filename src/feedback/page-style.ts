import { createHash } from 'node:crypto'

// Style and script of the respondent's page, inline and allowed by their digests: one request, nothing from elsewhere.

export const style = `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--paper:#fff;--line:#8c959f;--accent:#1d6b5c;--on:#fff;--wrong:#b42318}
@media(prefers-color-scheme:dark){:root{--ink:#e8eaed;--soft:#a8b0b9;--paper:#16181c;--line:#7d8590;--accent:#7fd3c0;--on:#0d1a17;--wrong:#ff9c92}}
*{box-sizing:border-box}
body{margin:0;overflow-wrap:break-word;background:var(--paper);color:var(--ink);font:17px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:40rem;margin:0 auto;padding:1.5rem 1rem 3rem}
@media(min-width:40rem){main{padding-top:4rem}}
.from{color:var(--soft);margin:0 0 1.5rem}
h1{font-size:1.4rem;line-height:1.35;margin:0 0 1rem;text-wrap:balance}
fieldset{border:0;margin:0;padding:0;min-width:0}
legend{padding:0;display:block;width:100%}
.scale{display:grid;grid-template-columns:repeat(6,minmax(44px,1fr));gap:4px}
@media(min-width:36rem){.scale{grid-template-columns:repeat(11,minmax(44px,1fr))}}
.scale.s5{grid-template-columns:repeat(5,minmax(44px,1fr))}
.scale.s7{grid-template-columns:repeat(4,minmax(44px,1fr))}
@media(min-width:24rem){.scale.s7{grid-template-columns:repeat(7,minmax(44px,1fr))}}
fieldset+fieldset,.field+fieldset{margin-top:2rem}
legend:not(:has(h1)){margin-bottom:.75rem}
.choice label{display:flex;gap:.75rem;align-items:center;min-height:44px}
.choice input{width:1.25rem;height:1.25rem;flex:none;margin:0;accent-color:var(--accent)}
.choice input:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
i{font-style:normal;opacity:.6;margin-left:.25em}
.scale label{position:relative;display:block}
.scale input{position:absolute;inset:0;width:100%;height:100%;margin:0;opacity:0;cursor:pointer}
.scale span{display:flex;align-items:center;justify-content:center;min-height:44px;border:1px solid var(--line);border-radius:8px;font-variant-numeric:tabular-nums}
.scale input:hover+span{border-color:var(--accent)}
.scale input:checked+span{background:var(--accent);border-color:var(--accent);color:var(--on);font-weight:700;text-decoration:underline}
.scale input:focus-visible+span{outline:3px solid var(--accent);outline-offset:2px}
@media(forced-colors:active){.scale input:checked+span{outline:3px solid Highlight}}
.ends{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 1rem;color:var(--soft);font-size:.9rem;margin:.5rem 0 0}
.ends span,.choice label{overflow-wrap:anywhere}
.ends span:last-child{text-align:right}
.field{margin-top:2rem}
.field label{font-weight:600}
.soft{color:var(--soft);font-weight:400}
textarea{display:block;width:100%;margin-top:.5rem;padding:.6rem;border:1px solid var(--line);border-radius:8px;background:var(--paper);color:var(--ink);font:inherit}
textarea:focus-visible,button:focus-visible,a:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
button{margin-top:1.5rem;min-height:48px;padding:0 1.5rem;border:0;border-radius:8px;background:var(--accent);color:var(--on);font:inherit;font-weight:600;cursor:pointer}
.wrong{color:var(--wrong);font-weight:600;margin:0 0 .75rem}
.notice{color:var(--soft);font-size:.9rem;margin:1.5rem 0 0}
nav{margin-top:2.5rem;display:flex;flex-wrap:wrap;gap:.25rem 1rem;font-size:.9rem}
nav a,nav span{display:inline-block;padding:.5rem 0;color:var(--soft)}
nav [aria-current]{color:var(--ink);font-weight:600}
`

// Tells that answering has begun; without it everything works, and the figure counts those who sent an answer.
export const script = `addEventListener("change",()=>navigator.sendBeacon(location.pathname+"/started"),{once:true})`

const digest = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

const policy = (framed: boolean) =>
  [
    `default-src 'none'`,
    `style-src ${digest(style)}`,
    `script-src ${digest(script)}`,
    `connect-src 'self'`,
    `form-action ${framed ? `'none'` : `'self'`}`,
    `base-uri 'none'`,
    `frame-ancestors ${framed ? `'self'` : `'none'`}`,
  ].join('; ')

/** `framed`: the preview inside the application. */
export const pageHeaders = ({ framed = false } = {}): Record<string, string> => ({
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': policy(framed),
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': framed ? 'SAMEORIGIN' : 'DENY',
  'x-robots-tag': 'noindex, nofollow',
  'cache-control': 'no-store',
  vary: 'accept-language',
})
