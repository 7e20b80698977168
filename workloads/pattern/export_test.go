package pattern

// ErrCrashed is for the tests outside of the package.
var ErrCrashed = errCrashed
