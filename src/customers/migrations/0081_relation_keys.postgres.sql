-- Most relations follow from the company of people who are imported: a key that is checked row by row is a good part of their cost.
-- People and companies are deleted by erasing alone, which takes their relations first.
alter table relationship drop constraint relationship_workspace_id_person_id_fkey;
alter table relationship drop constraint relationship_workspace_id_company_id_fkey;
