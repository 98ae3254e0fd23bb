import {
  type CSSVariablesResolver,
  createTheme,
  Drawer,
  type MantineColorsTuple,
  Modal,
  Tooltip,
} from '@mantine/core'

import { t } from '../core/web/i18n.ts'

const pine: MantineColorsTuple = [
  '#eef6f4',
  '#dcebe7',
  '#b7d6cf',
  '#8dbfb4',
  '#66aa9c',
  '#478f81',
  '#30796c',
  '#1f6a5f',
  '#17564d',
  '#0f3f39',
]
const stone: MantineColorsTuple = [
  '#faf9f7',
  '#f4f2ef',
  '#e9e6e1',
  '#dad6cf',
  '#c3beb5',
  '#a09a90',
  '#69645c',
  '#524e48',
  '#383531',
  '#211f1c',
]
const coal: MantineColorsTuple = [
  '#dcdad6',
  '#bdbab5',
  '#a5a19b',
  '#75716c',
  '#494643',
  '#3a3835',
  '#2b2927',
  '#1d1c1a',
  '#171614',
  '#100f0e',
]
const amber: MantineColorsTuple = [
  '#fdf5e5',
  '#f9e8c5',
  '#f2d08b',
  '#ebb951',
  '#e0a12b',
  '#c4861a',
  '#a26b10',
  '#85560b',
  '#684308',
  '#4a3005',
]
const clay: MantineColorsTuple = [
  '#fdf0ed',
  '#f9ddd6',
  '#f2b9ac',
  '#e9917e',
  '#dd6d57',
  '#cb4f3a',
  '#b53c28',
  '#9a3020',
  '#7b261a',
  '#591c13',
]

/** The list of options scrolls itself: an area around it would be one that keys cannot reach. */
const scrolling = { options: { maxHeight: '14rem', overflowY: 'auto' } } as const

/** Made once the strings are there: the labels of Mantine's own buttons are ours. */
export const makeTheme = () =>
  createTheme({
    primaryColor: 'pine',
    // White text on the filled shade reaches 4.5:1 in both schemes.
    primaryShade: { light: 7, dark: 6 },
    colors: { pine, gray: stone, dark: coal, amber, clay, red: clay, yellow: amber, teal: pine, green: pine },
    black: '#211f1c',
    defaultRadius: 6,
    cursorType: 'pointer',
    focusRing: 'auto',
    respectReducedMotion: true,
    fontFamily:
      "'Inter', ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Open Sans', sans-serif",
    fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Code', 'Roboto Mono', monospace",
    fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
    lineHeights: { xs: '1.35', sm: '1.4', md: '1.45', lg: '1.5', xl: '1.5' },
    spacing: { xs: '0.375rem', sm: '0.625rem', md: '0.875rem', lg: '1.25rem', xl: '1.75rem' },
    headings: {
      fontWeight: '620',
      sizes: {
        h1: { fontSize: '1.375rem', lineHeight: '1.25' },
        h2: { fontSize: '1.0625rem', lineHeight: '1.3' },
        h3: { fontSize: '0.9375rem', lineHeight: '1.35' },
      },
    },
    components: {
      Button: { defaultProps: { size: 'sm' } },
      ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
      TextInput: { defaultProps: { size: 'sm' } },
      Select: {
        defaultProps: { size: 'sm', comboboxProps: { shadow: 'md' }, withScrollArea: false },
        styles: scrolling,
      },
      MultiSelect: { defaultProps: { withScrollArea: false }, styles: scrolling },
      Tooltip: Tooltip.extend({ defaultProps: { openDelay: 350, withArrow: true, fz: 'xs' } }),
      Modal: Modal.extend({
        defaultProps: {
          centered: true,
          overlayProps: { backgroundOpacity: 0.35 },
          closeButtonProps: { 'aria-label': t('ui.close') },
        },
      }),
      Drawer: Drawer.extend({ defaultProps: { closeButtonProps: { 'aria-label': t('ui.close') } } }),
      // What would take the first focus is no item, and a menu has nothing else in it.
      Menu: {
        defaultProps: { shadow: 'md', position: 'bottom-end', withInitialFocusPlaceholder: false },
      },
      Badge: { defaultProps: { variant: 'light', radius: 'sm', tt: 'none', fw: 560 } },
      Anchor: { defaultProps: { underline: 'hover' } },
      Tabs: { defaultProps: { keepMounted: false } },
    },
  })

/** The few colours of our own: where things lie, and how it went for the customer. All reach 4.5:1 on their ground. */
export const variables: CSSVariablesResolver = () => ({
  variables: { '--rp-nav-width': '13.5rem', '--rp-nav-narrow': '3.5rem', '--rp-row': '2.25rem' },
  light: {
    '--mantine-color-body': '#ffffff',
    '--mantine-color-dimmed': stone[6],
    '--mantine-color-placeholder': '#716b63',
    '--mantine-color-error': clay[6],
    '--mantine-color-anchor': pine[7],
    '--rp-ground': stone[0],
    '--rp-raised': '#ffffff',
    '--rp-line': stone[2],
    '--rp-line-strong': stone[4],
    '--rp-hover': stone[1],
    '--rp-chosen': pine[0],
    '--rp-brand': pine[7],
    '--rp-good': '#21714f',
    '--rp-fair': '#85560b',
    '--rp-bad': clay[6],
    '--rp-good-soft': '#e4f2ea',
    '--rp-fair-soft': amber[0],
    '--rp-bad-soft': clay[0],
  },
  dark: {
    '--mantine-color-body': coal[7],
    '--mantine-color-dimmed': coal[2],
    '--mantine-color-placeholder': '#98948e',
    '--mantine-color-error': clay[3],
    '--mantine-color-anchor': pine[3],
    '--rp-ground': coal[8],
    '--rp-raised': coal[7],
    '--rp-line': '#33312e',
    '--rp-line-strong': coal[4],
    '--rp-hover': '#252421',
    '--rp-chosen': '#1f302c',
    '--rp-brand': pine[3],
    '--rp-good': '#7cc7a0',
    '--rp-fair': amber[3],
    '--rp-bad': clay[3],
    '--mantine-color-pine-light': '#1f302c',
    '--mantine-color-pine-light-hover': '#263a35',
    '--mantine-color-pine-light-color': pine[3],
    '--mantine-color-teal-light': '#1f302c',
    '--mantine-color-teal-light-hover': '#263a35',
    '--mantine-color-teal-light-color': pine[3],
    '--mantine-color-gray-light': coal[6],
    '--mantine-color-gray-light-hover': coal[5],
    '--mantine-color-gray-light-color': coal[1],
    '--mantine-color-amber-light': '#352a16',
    '--mantine-color-amber-light-hover': '#40331b',
    '--mantine-color-amber-light-color': amber[3],
    '--mantine-color-clay-light': '#3a201b',
    '--mantine-color-clay-light-hover': '#462721',
    '--mantine-color-clay-light-color': clay[3],
    '--rp-good-soft': '#1d3229',
    '--rp-fair-soft': '#352a16',
    '--rp-bad-soft': '#3a201b',
  },
})
