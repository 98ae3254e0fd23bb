import type { KnownExport } from './known-export.ts'

// Zendesk's own CSV exports and its tables as pipelines copy them. A user that is not active has been deleted.

const tool = { source: 'zendesk' }
const deleted = 'fivetrandeleted deleted isdeleted deletedat'

export const zendesk: KnownExport[] = [
  {
    ...tool,
    id: 'zendesk.users',
    name: 'Zendesk users',
    kind: 'person',
    signs: [
      ['email', 'role', 'organizationid', 'ticketrestriction onlyprivatecomments restrictedagent localeid'],
      ['email', 'role', 'restriction', 'organization', 'tags'],
    ],
    columns: {
      external_id: 'id',
      name: 'name',
      email: 'email',
      phone: 'phone',
      company_external_id: 'organizationid',
      company: 'organization',
      language: 'locale',
      still_there: 'active',
      deleted,
    },
    // their zones are called "Pacific Time (US & Canada)", and their external id is one of a third system
    leave: 'timezone externalid details notes alias role',
  },
  {
    ...tool,
    id: 'zendesk.organizations',
    name: 'Zendesk organizations',
    kind: 'company',
    signs: [['name', 'sharedtickets', 'sharedcomments']],
    never: 'email',
    columns: { external_id: 'id', name: 'name', deleted },
    leave: 'externalid details notes groupid url',
  },
  {
    ...tool,
    id: 'zendesk.tickets',
    name: 'Zendesk tickets',
    kind: 'interaction',
    signs: [
      ['requesterid', 'subject', 'submitterid submitter', 'status'],
      ['requester requesteremail', 'subject', 'assignee', 'createdat requested'],
    ],
    columns: {
      message_id: 'id ticketid',
      occurred_at: 'createdat requested',
      external_id: 'requesterid',
      email: 'requesteremail',
      person_name: 'requester',
      company: 'organization',
      name: 'subject',
      text: 'description',
      channel: 'viachannel via channel',
      'properties.ticket_type': 'tickettype type',
      deleted: 'status',
    },
    defaults: { kind: 'ticket' },
    leave: 'url',
  },
  {
    ...tool,
    id: 'zendesk.comments',
    name: 'Zendesk ticket comments',
    kind: 'interaction',
    signs: [['ticketid', 'userid authorid', 'body', 'public']],
    columns: {
      message_id: 'id',
      occurred_at: 'created createdat',
      external_id: 'userid authorid',
      reference: 'ticketid',
      text: 'body',
      deleted,
    },
    defaults: { kind: 'message' },
  },
]
