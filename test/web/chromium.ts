import { existsSync } from 'node:fs'

const places = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
export const executablePath = places.find((place) => place !== undefined && existsSync(place))

/** Why tests of the page are skipped; false: there is a browser. */
export const noBrowser: string | false =
  executablePath === undefined && 'no Chromium is here; apt-get install chromium, or name one in $CHROMIUM'
