// Generated from the migrations by test/schema.test.ts: npx vitest run test/schema.test.ts -u
import type { ColumnType, Generated } from 'kysely'

type Instant = ColumnType<Date, Date | string, Date | string>
type InstantOrDefault = ColumnType<Date, Date | string | undefined, Date | string>
type InstantOrNull = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>

export interface AccountTable {
  id: string
  email: string
  name: string
  password_hash: string | null
  password_set_at: InstantOrNull
  is_installation_owner: Generated<boolean>
  created_at: InstantOrDefault
  language: string | null
  time_zone: string | null
  muted: Generated<string[]>
}

export interface AccountEventTable {
  id: string
  account_id: string
  kind: string
  actor: string
  at: Instant
}

export interface ApiKeyTable {
  workspace_id: string
  id: string
  name: string
  kind: string
  role: string | null
  prefix: string
  digest: Buffer
  created_by: string | null
  created_at: InstantOrDefault
  last_used_at: InstantOrNull
  revoked_at: InstantOrNull
  origins: Generated<string[]>
  events_per_minute: number | null
}

export interface KnownBrowserTable {
  id: string
  account_id: string
  digest: Buffer
  user_agent: string
  first_seen_at: Instant
  last_seen_at: Instant
}

export interface MailTable {
  id: string
  workspace_id: string | null
  purpose: string
  account_id: string | null
  member_id: string | null
  address: string
  state: Generated<string>
  folder: string | null
  reason: string | null
  attempts: Generated<number>
  created_at: Instant
  done_at: InstantOrNull
  event: string | null
}

export interface MemberTable {
  workspace_id: string
  id: string
  account_id: string
  name: string
  email: string
  role: string
  created_at: InstantOrDefault
  joined_at: InstantOrNull
  disabled_at: InstantOrNull
}

export interface PasskeyTable {
  id: string
  account_id: string
  credential_id: Buffer
  public_key: Buffer
  sign_count: Generated<number>
  rp_id: string
  name: string
  transports: Generated<string[]>
  synced: boolean
  created_at: Instant
  last_used_at: InstantOrNull
}

export interface PasskeyChallengeTable {
  digest: Buffer
  purpose: string
  challenge: string
  account_id: string | null
  expires_at: Instant
}

export interface RecoveryCodeTable {
  account_id: string
  digest: Buffer
}

export interface RoleReachTable {
  workspace_id: string
  role: string
  kind: Generated<string>
  read: string
  write: string
  delete: string
}

export interface SecondFactorTable {
  account_id: string
  sealed: Buffer
  last_counter: Generated<number>
  created_at: Instant
  confirmed_at: InstantOrNull
}

export interface SessionTable {
  id: string
  digest: Buffer
  account_id: string
  workspace_id: string | null
  user_agent: string
  created_at: Instant
  last_seen_at: Instant
  expires_at: Instant
  revoked_at: InstantOrNull
  passkey_id: string | null
}

export interface SetupTokenTable {
  digest: Buffer
  purpose: string
  account_id: string | null
  workspace_id: string | null
  member_id: string | null
  created_at: Instant
  expires_at: Instant
  used_at: InstantOrNull
}

export interface SignInAttemptTable {
  key: Buffer
  full_at: Instant
}

export interface SignInStepTable {
  digest: Buffer
  account_id: string
  workspace_id: string | null
  attempts: Generated<number>
  created_at: Instant
  expires_at: Instant
}

export interface TeamTable {
  workspace_id: string
  id: string
  name: string
  parent_id: string | null
  created_at: Instant
}

export interface TeamMemberTable {
  workspace_id: string
  team_id: string
  member_id: string
}

export interface WorkspaceTable {
  id: string
  name: string
  slug: string
  time_zone: string
  currency: string
  locale: string
  country: string
  created_at: InstantOrDefault
  updated_at: InstantOrDefault
  second_factor_required: Generated<boolean>
}

declare module '../core/tables.ts' {
  interface Tables {
    account: AccountTable
    account_event: AccountEventTable
    api_key: ApiKeyTable
    known_browser: KnownBrowserTable
    mail: MailTable
    member: MemberTable
    passkey: PasskeyTable
    passkey_challenge: PasskeyChallengeTable
    recovery_code: RecoveryCodeTable
    role_reach: RoleReachTable
    second_factor: SecondFactorTable
    session: SessionTable
    setup_token: SetupTokenTable
    sign_in_attempt: SignInAttemptTable
    sign_in_step: SignInStepTable
    team: TeamTable
    team_member: TeamMemberTable
    workspace: WorkspaceTable
  }
}
