'use strict'

// Run by npm after an install: bundles the page. An older Node cannot run the build, and the command itself says so.
if (Number(process.versions.node.split('.')[0]) >= 24) {
  import('../build/build.ts')
    .then(function (build) {
      return build.buildPage()
    })
    .catch(function (error) {
      process.stderr.write('The page could not be built: ' + String(error) + '\n')
      process.exitCode = 1
    })
}
