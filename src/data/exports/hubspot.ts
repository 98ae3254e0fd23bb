import type { KnownExport } from './known-export.ts'

// HubSpot's own CSV exports ("Record ID", "Associated Company IDs") and its tables as pipelines copy them
// (`property_firstname`, `properties_firstname`), which mark deleted rows.

const tool = { source: 'hubspot' }
const property = /^"?propert(y|ies)[_.]/i
const deleted = 'isdeleted fivetrandeleted deleted archived'
const place = {
  city: 'city',
  region: 'state stateregion',
  country: 'country countryregion',
}

export const hubspot: KnownExport[] = [
  {
    ...tool,
    id: 'hubspot.contacts',
    name: 'HubSpot contacts',
    kind: 'person',
    signs: [
      [property, 'firstname lastname email'],
      [
        'recordid hsobjectid vid contactid',
        'firstname lastname email',
        'associatedcompany associatedcompanyids associatedcompanyid contactowner leadstatus marketingcontactstatus lifecyclestage',
      ],
    ],
    never: 'dealname emailcampaignid ownerid',
    columns: {
      external_id: 'recordid id contactid hsobjectid vid',
      given_name: 'firstname',
      family_name: 'lastname',
      email: 'email',
      other_email: 'workemail hsadditionalemails additionalemailaddresses',
      phone: 'phone phonenumber mobilephone',
      other_phone: 'mobilephone mobilephonenumber',
      job_title: 'jobtitle',
      company: 'company companyname associatedcompany primaryassociatedcompany',
      company_external_id:
        'associatedcompanyid associatedcompanyids primaryassociatedcompanyid associatedcompanyidsprimary',
      ...place,
      language: 'hslanguage preferredlanguage',
      owner_id: 'contactowner hubspotownerid',
      do_not_contact: 'hsemailoptout unsubscribedfromallemail',
      deleted,
    },
  },
  {
    ...tool,
    id: 'hubspot.companies',
    name: 'HubSpot companies',
    kind: 'company',
    signs: [
      [property, 'name', 'industry domain website annualrevenue numberofemployees'],
      [
        'recordid hsobjectid companyid',
        'companyname name',
        'companydomainname companyowner domain associatedcontact associatedcontactids',
      ],
    ],
    never: 'firstname lastname dealname',
    columns: {
      external_id: 'recordid id companyid hsobjectid',
      name: 'companyname name',
      domain: 'companydomainname domain website websiteurl',
      industry: 'industry',
      phone: 'phone phonenumber',
      employees: 'numberofemployees',
      revenue: 'annualrevenue',
      ...place,
      owner_id: 'companyowner hubspotownerid',
      deleted,
    },
  },
  {
    ...tool,
    id: 'hubspot.contact_companies',
    name: 'HubSpot contacts and their companies',
    kind: 'relation',
    signs: [
      [
        'contactid recordidcontact',
        'companyid recordidcompany',
        'typeid associationtypeid associationtype associationcategory category label associationlabel',
      ],
      ['contactid', 'companyid', /^_(fivetran|airbyte|sdc|dlt)_/i],
    ],
    never: 'engagementid dealid ticketid email firstname lastname name timestamp',
    columns: {
      from_external_id: 'contactid recordidcontact',
      to_external_id: 'companyid recordidcompany',
      role: 'label associationlabel',
      deleted,
    },
    defaults: { type: 'works_at' },
  },
  {
    ...tool,
    id: 'hubspot.email_events',
    name: 'HubSpot e-mail events',
    kind: 'interaction',
    signs: [['recipient', 'emailcampaignid', 'type', 'created']],
    columns: { message_id: 'id', occurred_at: 'created', email: 'recipient', name: 'type', deleted },
    defaults: { kind: 'delivery', channel: 'email' },
  },
  {
    ...tool,
    id: 'hubspot.form_submissions',
    name: 'HubSpot form submissions',
    kind: 'interaction',
    signs: [['contactid', 'formid', 'timestamp']],
    columns: { external_id: 'contactid', occurred_at: 'timestamp', name: 'title', deleted },
    defaults: { kind: 'form_submission', channel: 'web' },
  },
  {
    ...tool,
    id: 'hubspot.list_members',
    name: 'HubSpot list memberships',
    kind: 'interaction',
    signs: [['contactid', 'contactlistid listid', 'addedat']],
    columns: { external_id: 'contactid', occurred_at: 'addedat', deleted },
    defaults: { kind: 'list_joined', channel: 'other' },
  },
]
