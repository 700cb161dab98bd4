process.env.GENERIC_PACKAGES_PLATFORM = 'github'; process.argv.splice(2, Infinity, 'save-version');
await import('../cli/index.js');
