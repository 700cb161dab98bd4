process.env.GENERIC_PACKAGES_PLATFORM = 'github'; process.argv.splice(2, Infinity, 'cleanup');
await import('../cli/index.js');
