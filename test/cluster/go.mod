module ordinal.test/cluster

// Marks the module: what it requires is in versions/MINOR.mod.
go 1.24.0
