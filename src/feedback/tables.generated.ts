// Generated from the migrations by test/schema.test.ts: npx vitest run test/schema.test.ts -u
import type { ColumnType, Generated } from 'kysely'

type Instant = ColumnType<Date, Date | string, Date | string>
type InstantOrDefault = ColumnType<Date, Date | string | undefined, Date | string>
type InstantOrNull = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>
type Json = ColumnType<unknown, string, string>
type JsonOrDefault = ColumnType<unknown, string | undefined, string>

export interface AnswerTable {
  workspace_id: string
  response_id: string
  question_id: string
  person_id: string | null
  survey_id: string
  version: number
  measure: string
  scale_min: number | null
  scale_max: number | null
  polarity: number | null
  value: number | null
  text: string | null
  answered_at: Instant
  choice: string | null
  weight: number | null
  place: string | null
  touchpoint: string | null
  main: Generated<boolean>
}

export interface InvitationTable {
  workspace_id: string
  id: string
  survey_id: string
  person_id: string
  created_at: InstantOrDefault
  created_by: string
  expires_at: Instant
  opened_at: InstantOrNull
  started_at: InstantOrNull
  completed_at: InstantOrNull
}

export interface ResponseTable {
  workspace_id: string
  id: string
  survey_id: string
  anonymity: string
  version: number
  submission_id: string
  invitation_id: string | null
  person_id: string | null
  source: string
  language: string
  submitted_at: Instant
}

export interface SubmissionRateTable {
  workspace_id: string
  survey_id: string
  source_digest: string
  arrival_at: Instant
}

export interface SurveyTable {
  workspace_id: string
  id: string
  name: string
  kind: string
  status: Generated<string>
  anonymity: string
  language: string
  languages: string[]
  thank_you: Json
  version: Generated<number>
  opened_at: InstantOrNull
  closed_at: InstantOrNull
  closes_at: InstantOrNull
  created_at: InstantOrDefault
  updated_at: InstantOrDefault
  revision: Generated<number>
}

export interface SurveyQuestionTable {
  workspace_id: string
  survey_id: string
  version: number
  id: string
  position: number
  measure: string
  scale_min: number | null
  scale_max: number | null
  polarity: number | null
  label: Json
  options: JsonOrDefault
  required: boolean
  touchpoint: string | null
}

declare module '../core/tables.ts' {
  interface Tables {
    answer: AnswerTable
    invitation: InvitationTable
    response: ResponseTable
    submission_rate: SubmissionRateTable
    survey: SurveyTable
    survey_question: SurveyQuestionTable
  }
}
