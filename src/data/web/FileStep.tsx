import { Alert, Text } from '@mantine/core'
import { useState } from 'react'
import { addressOf } from '../../core/endpoint.ts'
import { send } from '../../core/web/call.ts'
import { t } from '../../core/web/i18n.ts'
import { errorText } from '../../ui/errors.ts'
import { FileDrop } from '../../ui/FileDrop.tsx'
import { Progress } from '../../ui/Progress.tsx'
import { type Preview, uploadImportFile } from '../imports.contract.ts'

async function upload(file: File, again: string | undefined): Promise<Preview> {
  const query = { name: file.name.slice(-200), ...(again ? { again } : {}) }
  const address = addressOf(uploadImportFile, { query })
  const reply = await send(address, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream', accept: 'application/json' },
    credentials: 'same-origin',
    body: file,
  })
  return (await reply.json()) as Preview
}

interface FileStepProps {
  onFile: (file_id: string) => void
  /** The import that the file is a newer export of. */
  again?: string | undefined
}

export function FileStep({ onFile, again }: FileStepProps) {
  const [reading, setReading] = useState<string>()
  const [error, setError] = useState<unknown>()
  const take = async (file: File) => {
    setError(undefined)
    setReading(file.name)
    try {
      onFile((await upload(file, again)).file.id)
    } catch (failure) {
      setError(failure)
    } finally {
      setReading(undefined)
    }
  }
  if (reading)
    return (
      <Progress label={t('data.file.reading', { name: reading })} detail={t('data.file.readingDetail')} />
    )
  return (
    <>
      {again && <Text>{t('data.since.lead')}</Text>}
      <FileDrop
        label={t('data.file.drop')}
        hint={t('data.file.hint')}
        accept=".csv,.tsv,.tab,.psv,.txt,.gz,.zip,.xlsx,.xlsm,.xlsb,.xls,.ods,.vcf,.xes,.jsonl,.ndjson,.json,.log,text/csv,text/plain"
        onFile={file => void take(file)}
      />
      {error !== undefined && (
        <Alert color="clay" role="alert" mt="md">
          {errorText(error)}
        </Alert>
      )}
    </>
  )
}
