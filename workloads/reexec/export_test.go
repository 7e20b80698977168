package reexec

// Uninit makes Start believe that Init was never called, until the returned
// function is called.
func Uninit() func() {
	initialised.Store(false)
	return func() { initialised.Store(true) }
}
