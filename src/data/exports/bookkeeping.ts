import type { BookkeepingKind } from '../import-formats.contract.ts'
import { isPlumbing, plainKey } from './recognise.ts'
import { exportKey } from './recognise-keys.ts'

// Tables that other tools keep for themselves: who works with them, how they are set up, what once was. Nobody in them is a customer.

export interface Bookkeeping {
  what: BookkeepingKind
  /** Null where the columns do not tell whose it is. */
  tool: string | null
}

interface Column {
  name: string
  cells: readonly string[]
}

interface Table {
  what: BookkeepingKind
  tool?: string
  /** One of each is among the columns, as `exportKey` writes them. */
  signs: string[]
  never?: string
}

const hubspot = 'HubSpot'
const zendesk = 'Zendesk'

const tables: Table[] = [
  { what: 'staff', tool: hubspot, signs: ['email', 'primaryteamid', 'roleid'] },
  { what: 'staff', tool: hubspot, signs: ['email', 'ownerid', 'activeuserid'] },
  {
    what: 'staff',
    signs: ['salesagent salesrep salesperson agentname', 'manager supervisor teamlead'],
    never: 'account customer company companyname email opportunityid orderid amount revenue',
  },
  { what: 'teams', tool: hubspot, signs: ['teamid', 'userid ownerid', 'issecondaryuser isteamprimary'] },
  { what: 'teams', tool: hubspot, signs: ['name', 'requiresbillingwrite'] },
  { what: 'merges', tool: hubspot, signs: ['canonicalvid', 'vidtomerge'] },
  { what: 'merges', tool: hubspot, signs: ['mergeddealid', 'dealid'] },
  {
    what: 'deals',
    tool: hubspot,
    signs: ['dealname', 'dealpipelinestageid dealstage pipeline amount dealpipelineid'],
    never:
      'associatedcompany associatedcompanyids associatedcontact associatedcontactids company contactid companyid',
  },
  { what: 'history', signs: ['name fieldname', 'value', 'timestamp timestampinstant updated fivetranstart'] },
  { what: 'history', signs: ['dealid', 'dateentered', 'value'] },
  { what: 'history', signs: ['action', 'actorid', 'changedescription sourcelabel'] },
  { what: 'settings', signs: ['pipelineid stageid propertyid', 'displayorder', 'label'] },
  { what: 'settings', signs: ['fieldtype', 'groupname hubspotobject', 'label'] },
  { what: 'settings', signs: ['guid', 'formtype submittext', 'cssclass method action'] },
  { what: 'settings', signs: ['appid', 'contentid', 'numincluded numqueued'] },
  { what: 'settings', signs: ['processingtype', 'objecttypeid', 'name'] },
  { what: 'settings', tool: zendesk, signs: ['subdomain brandurl', 'hashelpcenter helpcenterstate'] },
  { what: 'settings', signs: ['timezone', 'standardoffset daylightoffset'] },
  { what: 'settings', signs: ['slapolicyid', 'metric', 'target'] },
  { what: 'settings', signs: ['starttime startdate', 'endtime enddate', 'starttimeutc scheduleid'] },
  { what: 'settings', signs: ['displayname', 'enduservisible'] },
  { what: 'links', signs: ['organizationid', 'domainname', 'index'] },
  { what: 'details', tool: zendesk, signs: ['chatid', 'chatindex conversationid'] },
  {
    what: 'details',
    tool: hubspot,
    signs: ['engagementid', 'type starttime'],
    never: 'contactid companyid dealid',
  },
]

// Messages, clicks and bounces of a mailing, which have nobody in them but the id of the event.
const details = 'useragent dropreason smtpid attempt bounced replyto response'.split(' ')

/** What a table is that holds no customers, by its columns; undefined for every other. */
export function bookkeepingIn(columns: readonly Column[]): Bookkeeping | undefined {
  const keys = new Set(columns.flatMap(({ name }) => [exportKey(name), plainKey(name)]))
  const shows = (names: string) => names.split(' ').some(name => keys.has(name))
  const named = names.some(name => keys.has(name))
  const found = tables.find(
    ({ what, signs, never }) =>
      (!named || mayName.has(what)) && signs.every(shows) && !(never && shows(never)),
  )
  if (found) return { what: found.what, tool: found.tool ?? null }
  if (isZendeskGroup(columns)) return { what: 'teams', tool: zendesk }
  const copied = columns.some(({ name }) => isPlumbing(name))
  const own = columns.filter(({ name }) => !isPlumbing(name)).map(({ name }) => exportKey(name))
  if (areLinks(own, copied)) return { what: 'links', tool: null }
  if (copied && !named && own.includes('id') && details.some(name => keys.has(name)))
    return { what: 'details', tool: null }
  return undefined
}

// Where one of these is, somebody is named: only of colleagues is that known not to be a customer.
const names = ['recipient', 'email', 'emailaddress', 'phone', 'firstname', 'lastname']
const mayName = new Set<BookkeepingKind>(['staff', 'merges'])

const isZendeskGroup = (columns: readonly Column[]): boolean =>
  columns.some(
    ({ name, cells }) =>
      plainKey(name) === 'url' && cells.some(cell => /\bzendesk\.com\/api\/v\d+\/groups\//.test(cell)),
  )

const besides = new Set([
  'type',
  'typeid',
  'category',
  'engagementtype',
  'createdat',
  'policyappliedat',
  'tag',
])
const isId = (key: string) => key.endsWith('id') && !besides.has(key)

/** Ids and what binds them, and nothing else. */
function areLinks(keys: readonly string[], copied: boolean): boolean {
  const ids = keys.filter(isId).length
  return keys.length > 1 && ids >= (copied ? 1 : 2) && keys.every(key => isId(key) || besides.has(key))
}
