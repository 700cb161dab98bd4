process.env.GENERIC_PACKAGES_PLATFORM = 'github'; process.argv.splice(2, Infinity, 'action');
await import('../cli/index.js');
