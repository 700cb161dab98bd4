process.env.GENERIC_PACKAGES_DOOR = 'github'; process.argv.splice(2, Infinity, 'release');
await import('../cli/index.js');
