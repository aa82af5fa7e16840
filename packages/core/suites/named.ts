export { named } from '../testing/names.ts'
