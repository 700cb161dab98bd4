process.env.GENERIC_PACKAGES_DOOR = 'github'; process.argv.splice(2, Infinity, 'save-version');
await import('../cli/index.js');
