import type { Chance } from './random.ts'

// Names are put together from parts, so that nobody who exists is meant. Addresses end in domains that nobody can have
// (RFC 2606), and phone numbers come from ranges that are kept for films: Ofcom's, the Bundesnetzagentur's, Arcep's.

export interface Region {
  name: string
  country: 'GB' | 'DE' | 'FR'
  cities: readonly string[]
  /** How many of a hundred customers live there. */
  share: number
}

/** The depot that serves this one is the one that fails. */
export const troubledRegion = 'North West England'

export const regions: readonly Region[] = [
  { name: 'Greater London', country: 'GB', cities: ['London', 'Croydon', 'Ealing'], share: 24 },
  { name: troubledRegion, country: 'GB', cities: ['Manchester', 'Liverpool', 'Preston'], share: 18 },
  { name: 'Scotland', country: 'GB', cities: ['Edinburgh', 'Glasgow', 'Dundee'], share: 12 },
  { name: 'Yorkshire', country: 'GB', cities: ['Leeds', 'Sheffield', 'York'], share: 11 },
  { name: 'South West England', country: 'GB', cities: ['Bristol', 'Exeter', 'Plymouth'], share: 10 },
  { name: 'North Rhine-Westphalia', country: 'DE', cities: ['Cologne', 'Düsseldorf', 'Bonn'], share: 9 },
  { name: 'Bavaria', country: 'DE', cities: ['Munich', 'Nuremberg', 'Augsburg'], share: 7 },
  { name: 'Île-de-France', country: 'FR', cities: ['Paris', 'Versailles', 'Boulogne'], share: 9 },
]

const given: Record<Region['country'], readonly string[]> = {
  GB: 'Ada Alfie Amelia Archie Beatrix Bryony Callum Cerys Clara Desmond Edith Elspeth Ewan Fergus Fiona Freya Gareth Georgia Gwen Harriet Hugo Imogen Isla Jasper Joan Kenji Kiran Leila Lorna Mabel Malik Meera Nadia Nigel Olive Oscar Phoebe Priya Rhona Rory Sanjay Selma Stella Tamsin Theo Una Violet Wilfred Yusuf Zara'.split(
    ' ',
  ),
  DE: 'Anke Birte Carsten Detlef Elke Emre Frauke Gesa Hannes Heike Ingo Jette Jonas Kerstin Lennart Maike Mirko Nele Ole Petra Ruben Sönke Swantje Tilda Ulf Volker Wiebke'.split(
    ' ',
  ),
  FR: 'Agathe Aymeric Bastien Capucine Corentin Delphine Éloïse Fabien Gaëlle Hélène Inès Jocelyn Karim Lucie Maëlle Noémie Olivier Perrine Quentin Rachida Solène Thibault Ulysse Valérie Yann'.split(
    ' ',
  ),
}
const familyStart: Record<Region['country'], readonly string[]> = {
  GB: 'Alder Amble Barrow Birch Bram Brook Carrow Cobble Crane Dunmore Ember Fallow Fern Garth Hazel Heather Kettle Larch Marl Nettle Oaken Penrow Quill Raven Rowan Sedge Thistle Under Wether Yarrow'.split(
    ' ',
  ),
  DE: 'Ahorn Birken Brunnen Dachs Eichen Erlen Falken Garten Hasel Kiefern Linden Moor Nebel Quellen Reiher Sommer Tannen Ulmen Weiden Winter'.split(
    ' ',
  ),
  FR: 'Aube Bel Bois Brume Champ Clair Fontaine Grand Haute Lune Mont Neuf Orme Pierre Roche Saule Val Vert'.split(
    ' ',
  ),
}
const familyEnd: Record<Region['country'], readonly string[]> = {
  GB: 'by combe croft dale den field ford gate ham hurst lea ley mere moor shaw stead thwaite wick wood worth'.split(
    ' ',
  ),
  DE: 'acker bach beck berg brink feld hof horst kamp mann rath stein tal wald'.split(' '),
  FR: 'aigues bourg champs court fort lieu marais mare nay pré rive selve tour vigne'.split(' '),
}

export const givenName = (chance: Chance, country: Region['country']): string => chance.pick(given[country])
export const familyName = (chance: Chance, country: Region['country']): string =>
  chance.pick(familyStart[country]) + chance.pick(familyEnd[country])

const companyFirst =
  'Amberlight Bluefinch Brightwater Cinderhill Cloverfield Copperleaf Crosswind Dovetail Eastmarsh Fairhaven Fernbridge Foxglove Goldcrest Greywillow Harbourside Highmeadow Inkstone Ironbark Juniper Kestrel Lanternfish Larksong Millrace Moonrise Northgate Oakhollow Otterbrook Pebblebay Pinecone Quayside Redthorn Riverbend Saltmarsh Silverbirch Stonecrop Tidewater Umberland Wavecrest Whitecliff Wrenfield'.split(
    ' ',
  )
/** Industry, what such a company calls itself, and how many of a hundred there are. */
export const industries: readonly (readonly [{ name: string; called: readonly string[] }, number])[] = [
  [{ name: 'Professional services', called: ['Advisory', 'Partners', 'Consulting'] }, 22],
  [{ name: 'Software', called: ['Labs', 'Systems', 'Software'] }, 20],
  [{ name: 'Retail', called: ['Stores', 'Outfitters', 'Trading'] }, 14],
  [{ name: 'Hospitality', called: ['Hotels', 'Kitchens', 'Inns'] }, 12],
  [{ name: 'Healthcare', called: ['Clinics', 'Dental', 'Care'] }, 10],
  [{ name: 'Manufacturing', called: ['Works', 'Engineering', 'Tools'] }, 12],
  [{ name: 'Education', called: ['College', 'Academy', 'Learning'] }, 10],
]

/** Each pair of parts once: a second company of the same name would be the first one. */
export function companyNames(chance: Chance, called: readonly (readonly string[])[]): string[] {
  const used = new Set<string>()
  return called.map(ends => {
    for (;;) {
      const name = `${chance.pick(companyFirst)} ${chance.pick(ends)}`
      const again = used.has(name) ? `${chance.pick(companyFirst)} & ${name}` : name
      if (used.has(again)) continue
      used.add(again)
      return again
    }
  })
}

export const plain = (text: string): string =>
  text
    .replaceAll('ß', 'ss')
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')

const landlines: Record<Region['country'], readonly string[]> = {
  GB: [
    '+442079460',
    '+441614960',
    '+441514960',
    '+441314960',
    '+441414960',
    '+441134960',
    '+441144960',
    '+441174960',
    '+447700900',
  ],
  DE: ['+493023125', '+496990009', '+494066969', '+492214710', '+498999998'],
  FR: ['+33639980', '+33639981', '+33639982', '+33639983'],
}

/** Numbers of the fictional ranges one after the other: no two customers share one. */
export function phoneNumbers(chance: Chance): (country: Region['country']) => string | undefined {
  const left = { GB: [] as string[], DE: [] as string[], FR: [] as string[] }
  for (const country of ['GB', 'DE', 'FR'] as const)
    left[country] = chance.shuffle(
      landlines[country].flatMap(prefix =>
        Array.from({ length: 1000 }, (_, number) => prefix + String(number).padStart(3, '0')),
      ),
    )
  return country => left[country].pop()
}
