process.env.GENERIC_PACKAGES_DOOR = 'github'; process.argv.splice(2, Infinity, 'publish');
await import('../cli/index.js');
