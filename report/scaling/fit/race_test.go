//go:build race

package fit_test

const raceDetector = true
