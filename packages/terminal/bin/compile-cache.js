'use strict'

// What Node compiles, and the types it strips, is kept beside what npm installed: without that the command starts in three
// times the time and with half as much memory again (bench/start.ts). A directory that cannot be written is no error.
var fs = require('fs')
var path = require('path')

module.exports = function useCompileCache() {
  var installed = path.join(__dirname, '..', '..', '..', 'node_modules')
  if (fs.existsSync(installed)) require('module').enableCompileCache(path.join(installed, '.cache', 'parley'))
}
