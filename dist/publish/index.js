process.env.GENERIC_PACKAGES_PLATFORM = 'github'; process.argv.splice(2, Infinity, 'publish');
await import('../cli/index.js');
