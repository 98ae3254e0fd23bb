import { Group, SegmentedControl, Select, Text } from '@mantine/core'
import { useState } from 'react'
import { t } from '../../core/web/i18n.ts'
import { languageName } from './language-name.ts'
import classes from './PagePreview.module.css'

interface PagePreviewProps {
  /** Address of the page without the language. */
  src: string
  languages: readonly string[]
}

/** The respondent's page itself, in a frame as wide as a phone or as there is room. */
export function PagePreview({ src, languages }: PagePreviewProps) {
  const [device, setDevice] = useState('phone')
  const [chosen, setChosen] = useState<string | null>(null)
  const language = chosen && languages.includes(chosen) ? chosen : (languages[0] ?? 'en')
  return (
    <section aria-label={t('feedback.preview.title')}>
      <Group justify="space-between" mb="sm">
        <Text fw={560}>{t('feedback.preview.title')}</Text>
        <Group gap="sm">
          {languages.length > 1 && (
            <Select
              size="xs"
              w={140}
              aria-label={t('feedback.preview.language')}
              data={languages.map(value => ({ value, label: languageName(value) }))}
              value={language}
              onChange={setChosen}
              allowDeselect={false}
            />
          )}
          <SegmentedControl
            size="xs"
            aria-label={t('feedback.preview.device')}
            value={device}
            onChange={setDevice}
            data={['phone', 'desktop'].map(value => ({ value, label: t(`feedback.preview.${value}`) }))}
          />
        </Group>
      </Group>
      <div className={classes.stage}>
        <iframe
          className={classes.frame}
          data-device={device}
          title={t('feedback.preview.frame')}
          src={`${src}${src.includes('?') ? '&' : '?'}language=${language}`}
          sandbox=""
        />
      </div>
    </section>
  )
}
