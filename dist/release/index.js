process.env.GENERIC_PACKAGES_PLATFORM = 'github'; process.argv.splice(2, Infinity, 'release');
await import('../cli/index.js');
