// What the sample company consists of, before it meets a database. Keys name things among each other.

export type FollowUp = 'called_back' | 'not_called_back' | 'due'
export type SetUp = 'alone' | 'with_support'

export interface SampleCompany {
  key: string
  name: string
  domain: string
  industry: string
  phone: string | undefined
  employees: number
  revenue_minor: number
  city: string
  region: string
  country: string
  annual_value_minor: number
  renewal_on: string
  tags: string[]
}

export interface SamplePerson {
  key: string
  given_name: string
  family_name: string
  email: string
  phone: string | undefined
  job_title: string | undefined
  company: string | undefined
  city: string
  region: string
  country: string
  language: string
  customer_since: string
  last_order_on: string | undefined
  follow_up: FollowUp | undefined
  set_up: SetUp | undefined
  tags: string[]
}

/** Between two of them: `other` is a person or a company, whichever the relation is to. */
export interface SampleRelation {
  type: 'works_at' | 'buys_for' | 'household' | 'reports_to' | 'parent_company'
  person?: string
  company?: string
  other?: string
  role?: string
  from_on?: string
  to_on?: string
}

export type SampleChannel =
  | 'web'
  | 'app'
  | 'email'
  | 'phone'
  | 'chat'
  | 'shop'
  | 'post'
  | 'social'
  | 'in_person'
  | 'partner'

export interface SampleInteraction {
  person: string
  at: number
  channel: SampleChannel
  kind: 'page_view' | 'screen_view' | 'purchase' | 'refund' | 'call' | 'message' | 'meeting' | 'delivery'
  name: string
  direction?: 'inbound' | 'outbound'
  amount_minor?: number
  feeling?: number
  text?: string
  properties?: Record<string, string | number>
}

export type SurveyKey = 'relationship' | 'delivery' | 'set_up' | 'visit' | 'support'

export interface SampleAnswer {
  at: number
  /** On the scale of the survey. */
  score: number
  comment: string | undefined
}

/** A personal link, and what became of it. */
export interface SampleInvitation {
  survey: SurveyKey
  person: string
  at: number
  opened_at: number | undefined
  answer: SampleAnswer | undefined
}

export interface SampleData {
  companies: SampleCompany[]
  people: SamplePerson[]
  /** In the order of time. */
  interactions: SampleInteraction[]
  invitations: SampleInvitation[]
  relations: SampleRelation[]
}
