import type { KnownExport } from './known-export.ts'

// Logs of events: what happened, to whom, when.

export const events: KnownExport[] = [
  {
    id: 'segment.events',
    name: 'a Segment event log',
    source: 'segment',
    kind: 'interaction',
    signs: [
      ['messageid', 'userid anonymousid', 'type event'],
      ['originaltimestamp sentat receivedat', 'userid anonymousid', 'event type'],
    ],
    columns: {
      message_id: 'messageid id',
      occurred_at: 'timestamp originaltimestamp sentat receivedat',
      user_id: 'userid',
      anonymous_id: 'anonymousid',
      email: 'traitsemail contexttraitsemail propertiesemail email',
      phone: 'traitsphone contexttraitsphone',
      person_name: 'traitsname contexttraitsname',
      kind: 'type',
      name: 'event eventtext name',
      'properties.page_name': 'name',
      amount: 'propertiesrevenue propertiestotal revenue total',
      currency: 'propertiescurrency currency',
      'properties.page_url': 'contextpageurl',
    },
    defaults: { kind: 'event', channel: 'web' },
  },
  {
    id: 'process_log',
    name: 'a process log',
    source: 'process',
    kind: 'interaction',
    signs: [
      ['caseconceptname', 'conceptname', 'timetimestamp'],
      ['caseid', 'activityid activity activityname', 'completetimestamp timestamp starttimestamp time'],
    ],
    columns: {
      // where the log names no customer, each case is one
      external_id: 'casecustomer casecustomerid customer customerid caseconceptname caseid',
      reference: 'caseconceptname caseid',
      occurred_at: 'timetimestamp completetimestamp timestamp time starttimestamp',
      name: 'conceptname activityname activity activityid',
      channel: 'casechannel channel',
    },
    defaults: { kind: 'step' },
  },
]
