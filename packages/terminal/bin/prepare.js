'use strict'

// Run by npm after an install: fills the compile cache, so that the first start is as quick and as small as the others.
var useCompileCache = require('./compile-cache.js')

if (Number(process.versions.node.split('.')[0]) >= 24) {
  useCompileCache()
  Promise.all([import('../src/index.ts'), import('../src/serve.ts'), import('../src/user.ts')]).then(
    function () {
      process.exit(0)
    },
    function () {
      // The command itself will say what is wrong.
      process.exit(0)
    },
  )
}
