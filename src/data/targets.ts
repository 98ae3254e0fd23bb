import type { Named } from '../core/text-sentence.ts'
import type { ImportKind } from './import-formats.contract.ts'

export type TargetType =
  | 'text'
  | 'email'
  | 'phone'
  | 'url'
  | 'number'
  | 'money'
  | 'date'
  | 'date_time'
  | 'boolean'
  | 'country'
  | 'domain'
  | 'id'
  | 'first_id'
  | 'member'
  | 'no_contact'
  | 'deleted'
  | 'still_there'
  | 'tags'

export interface Target {
  key: string
  label: string
  /** Of a custom field: what it is called in each language. */
  labels?: Readonly<Record<string, string>> | undefined
  type: TargetType | 'option' | 'options'
  /** Header names that mean this target, in English and German, lower case without blanks or accents. */
  names: string[]
  max_length?: number | undefined
  /** Of a custom field: no two records have the same value. */
  unique?: boolean | undefined
  options?: { id: string; names: string[] }[] | undefined
}

const target = (key: string, label: string, type: TargetType, names: string): Target => ({
  key,
  label,
  type,
  names: [key.replaceAll('_', ''), ...names.split(' ').filter(Boolean)],
})

const place = [
  target('city', 'City', 'text', 'town ort stadt wohnort companycity officelocation billingcity mailingcity'),
  target(
    'region',
    'Region or state',
    'text',
    'state province bundesland kanton county companystate stateregion',
  ),
  target('country', 'Country', 'country', 'land staat countryregion companycountry nation countrycode'),
]
const externalId = target(
  'external_id',
  'Id in the other system',
  'id',
  'id customerid contactid accountid companyid leadid kundennummer kundennr kundenid kdnr recordid externalid externeid clientid uuid',
)
const email = target(
  'email',
  'E-mail',
  'email',
  'mail emailaddress emailadresse mailadresse primaryemail emailwork workemail useremail email1 emailaddress1 contactemail',
)
const phone = target(
  'phone',
  'Phone',
  'phone',
  'phonenumber telephone tel telefon telefonnummer rufnummer mobile mobilephone mobil mobilnummer handy handynummer cell cellphone phonework workphone businessphone phone1 mobilephonenumber',
)

const owner = target(
  'owner_id',
  'Owner (e-mail or name of a member)',
  'member',
  'owner owneremail ownername contactowner accountowner recordowner companyowner salesrep accountmanager betreuer betreut zustandig zustandigkeit verantwortlich verantwortlicher kundenbetreuer responsable commercial',
)

const flags = [
  target(
    'deleted',
    'Deleted in the other system (yes: leave the row out)',
    'deleted',
    'isdeleted deletedat archived',
  ),
  target('still_there', 'Active in the other system (no: leave the row out)', 'still_there', ''),
]
const companyOf = [
  target('company_domain', 'Company (domain)', 'domain', 'companywebsite companyurl firmenwebsite'),
  target(
    'company_external_id',
    'Company (id in the other system)',
    'first_id',
    'companyid organizationid organisationid accountid associatedcompanyid firmenid',
  ),
]
const tags = target(
  'tags',
  'Tags',
  'tags',
  'tag labels label keywords schlagworte schlagworter etiketten etiquetas',
)

const person: Target[] = [
  target(
    'name',
    'Full name',
    'text',
    'fullname displayname contactname customername kundenname vollstandigername',
  ),
  target('given_name', 'First name', 'text', 'firstname forename vorname first'),
  target('family_name', 'Last name', 'text', 'lastname surname nachname familienname last zuname'),
  email,
  phone,
  target(
    'other_email',
    'Another e-mail',
    'email',
    'emailhome emailother secondaryemail email2 privateemail additionalemail',
  ),
  target('other_phone', 'Another phone', 'phone', 'phonehome phoneother homephone phone2 otherphone'),
  target(
    'job_title',
    'Job title',
    'text',
    'title position role jobtitle occupation beruf funktion stelle titel',
  ),
  target(
    'company',
    'Company (name)',
    'text',
    'companyname organization organisation account accountname employer firma firmenname unternehmen associatedcompany',
  ),
  ...companyOf,
  ...place,
  target('language', 'Language', 'text', 'sprache locale preferredlanguage lang'),
  target('time_zone', 'Time zone', 'text', 'timezone zeitzone tz'),
  owner,
  target(
    'do_not_contact',
    'Do not contact',
    'no_contact',
    'dnc nocontact optout optedout contactoptout werbesperre kontaktsperre sperrvermerk nichtkontaktieren keinewerbung nepascontacter',
  ),
  tags,
  externalId,
  ...flags,
]

const company: Target[] = [
  target(
    'name',
    'Name',
    'text',
    'company companyname account accountname organization organisation firma firmenname unternehmen fullname',
  ),
  target(
    'domain',
    'Domain or website',
    'domain',
    'website web url homepage companydomainname companywebsite webseite internetseite',
  ),
  target('industry', 'Industry', 'text', 'sector branche companyindustry vertical'),
  phone,
  target(
    'employees',
    'Employees',
    'number',
    'numberofemployees employeecount mitarbeiter mitarbeiterzahl headcount size',
  ),
  target('revenue', 'Revenue', 'money', 'annualrevenue umsatz jahresumsatz turnover sales'),
  target('currency', 'Currency', 'text', 'wahrung currencycode'),
  ...place,
  owner,
  tags,
  externalId,
  ...flags,
]

const interaction: Target[] = [
  target(
    'occurred_at',
    'When it happened',
    'date_time',
    'date datetime timestamp time when createdat created datum zeitpunkt zeit invoicedate orderdate purchasedate calldate dateofcall starttime startedat datehit bestelldatum rechnungsdatum',
  ),
  { ...email, label: 'Customer: e-mail' },
  { ...phone, label: 'Customer: phone' },
  {
    ...externalId,
    label: 'Customer: id in the other system',
    names: [
      ...externalId.names.filter(name => name !== 'id'),
      'customer',
      'kunde',
      'client',
      'customerno',
      'customernumber',
    ],
  },
  target('user_id', 'Customer: user id', 'id', 'userid memberid visitorid'),
  target(
    'anonymous_id',
    'Customer: anonymous id',
    'id',
    'anonymousid cookieid deviceid trackingid idvisitor visitor sessionid idsession',
  ),
  target(
    'company',
    'Customer: company name',
    'text',
    'companyname account accountname organization organisation firma unternehmen',
  ),
  target('person_name', 'Customer: name', 'text', 'customername fullname contactname name kundenname'),
  target('country', 'Customer: country', 'text', 'land customercountry'),
  target(
    'message_id',
    'Id of the interaction',
    'id',
    'messageid eventid transactionid interactionid callid ticketid',
  ),
  target(
    'reference',
    'Order, invoice or case number',
    'id',
    'invoiceno invoicenumber invoice orderid orderno ordernumber order bestellnummer rechnungsnummer belegnummer referenz ref caseid',
  ),
  target('kind', 'Kind', 'text', 'type eventtype interactiontype typ art activitytype action'),
  target(
    'name',
    'Name',
    'text',
    'event eventname description subject product productname item beschreibung artikel produkt betreff titel title',
  ),
  target('channel', 'Channel', 'text', 'kanal medium'),
  target('direction', 'Direction', 'text', 'richtung inboundoutbound'),
  target(
    'amount',
    'Amount',
    'money',
    'total sum value betrag summe preis umsatz amountpaid grandtotal ordertotal revenue gesamtbetrag wert',
  ),
  target('currency', 'Currency', 'text', 'wahrung currencycode'),
  target('quantity', 'Quantity (times unit price)', 'number', 'qty menge anzahl stuck units'),
  target(
    'unit_price',
    'Unit price (times quantity)',
    'money',
    'unitprice price einzelpreis stuckpreis priceeach',
  ),
  {
    ...target(
      'text',
      'Text',
      'text',
      'comment comments note notes message body feedback kommentar notiz bemerkung nachricht',
    ),
    // as the API takes it
    max_length: 20_000,
  },
  target(
    'score',
    'Score',
    'number',
    'rating nps csat satisfaction satisfactionrating bewertung note stars sterne',
  ),
  ...flags.slice(0, 1),
]

const answer: Target[] = [
  ...interaction
    .filter(({ key }) => ['occurred_at', 'email', 'phone', 'external_id', 'user_id'].includes(key))
    .map(one => (one.key === 'occurred_at' ? { ...one, label: 'When it was answered' } : one)),
  target('person_name', 'Customer: name', 'text', 'customername fullname contactname name kundenname'),
  target('message_id', 'Id of the answer', 'id', 'responseid answerid respnum respondentid antwortid'),
  target('weight', 'Weight', 'number', 'weighting gewicht gewichtung'),
  target('place', 'Place', 'text', 'location store branch filiale standort'),
]

// The one end is who something is told of, the other where or to whom; which of them is a company the relation says.
const relation: Target[] = [
  target(
    'type',
    'Relation',
    'text',
    'relation relationship relationtype relationshiptype association associationtype associationlabel beziehung beziehungsart beziehungstyp kind art typ',
  ),
  target(
    'from_external_id',
    'Who: id in the other system',
    'id',
    'personid contactid customerid userid employeeid fromid sourceid kundennummer kundennr kundenid kdnr personenid kontaktid leadid',
  ),
  target(
    'from_email',
    'Who: e-mail',
    'email',
    `personemail contactemail fromemail email ${email.names.slice(1).join(' ')}`,
  ),
  target(
    'from_name',
    'Who: name',
    'text',
    'person contact contactname personname employee fullname customer customername kunde kundenname ansprechpartner mitarbeiter name who wer subsidiary tochterfirma',
  ),
  target('from_domain', 'Who: domain of a company', 'domain', 'subsidiarydomain'),
  target(
    'to_external_id',
    'Where or whom: id in the other system',
    'id',
    'companyid accountid organizationid organisationid associatedcompanyid parentcompanyid parentid relatedcontactid relatedpersonid managerid toid targetid relatedid otherid firmenid firmennummer',
  ),
  target(
    'to_email',
    'Where or whom: e-mail of a person',
    'email',
    'relatedemail otheremail relatedcontactemail relatedpersonemail manageremail spouseemail toemail',
  ),
  target(
    'to_domain',
    'Where or whom: domain of a company',
    'domain',
    'companydomain companydomainname domain companywebsite website accountdomain parentdomain',
  ),
  target(
    'to_name',
    'Where or whom: name',
    'text',
    'company companyname account accountname organization organisation employer firma firmenname unternehmen arbeitgeber parentcompany parent muttergesellschaft relatedperson relatedcontact otherperson manager spouse household related whom where wo wen',
  ),
  {
    ...target(
      'role',
      'Role',
      'text',
      'roleinrelation jobtitle title position funktion rolle stelle occupation label',
    ),
    max_length: 200,
  },
  target(
    'from_on',
    'Since',
    'date',
    'from since start startdate startedat startedon begin begindate validfrom datefrom fromdate joined hiredate seit von beginn ab eintritt gultigab',
  ),
  target(
    'to_on',
    'Until',
    'date',
    'until to end enddate endedat endedon validto validuntil dateto todate left leftat bis ende austritt gultigbis',
  ),
  ...flags,
]

const byKind: Record<ImportKind, Target[]> = { person, company, interaction, answer, relation }
export const targetsOf = (kind: ImportKind): Target[] => byKind[kind]

export const headerKey = (header: string): string =>
  header
    .normalize('NFKD')
    .replace(/ß/g, 'ss')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')

const everyName = new Set(Object.values(byKind).flatMap(targets => targets.flatMap(target => target.names)))
export const knownHeader = (header: string): boolean => everyName.has(headerKey(header))

/** A target as a value of a sentence: whoever maps columns sees its label, not its key. */
export function nameOf(kind: ImportKind, key: string, known: readonly Target[]): Named | string {
  const found = known.find(target => target.key === key)
  if (!found) return key
  return {
    label: found.labels ?? { en: found.label },
    term: `data.targets.${kind}.${key}`,
    text: found.label,
  }
}
