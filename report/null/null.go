// Package null holds values that JSON has as null where they are not known.
//
// JSON has no NaN and no infinity, and a reader of it can't tell an empty text
// from an unknown one. Each type writes what it knows, and null for the rest.
package null

import (
	"encoding/json"
	"math"
	"strconv"

	"conpar/report/stats"
)

// Float is a number with six digits, which is more than any measurement has.
// Further digits would differ between processors. It is null where it is not
// finite.
type Float float64

// MarshalJSON implements [json.Marshaler].
func (f Float) MarshalJSON() ([]byte, error) {
	if v, err := strconv.ParseFloat(strconv.FormatFloat(float64(f), 'g', 6, 64), 64); err == nil {
		f = Float(v)
	}
	return Full(f).MarshalJSON()
}

// Full is a [Float] with all its digits, for programs that compute with it.
type Full float64

// MarshalJSON implements [json.Marshaler].
func (f Full) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(f)) || math.IsInf(float64(f), 0) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(f))
}

// Positive is a number that is null unless it is above zero.
type Positive int

// MarshalJSON implements [json.Marshaler].
func (n Positive) MarshalJSON() ([]byte, error) { return nullUnless(n > 0, int(n)) }

// Text is a text that is null where it is empty.
type Text string

// MarshalJSON implements [json.Marshaler].
func (t Text) MarshalJSON() ([]byte, error) { return nullUnless(t != "", string(t)) }

func nullUnless[T any](known bool, v T) ([]byte, error) {
	if !known {
		return []byte("null"), nil
	}
	return json.Marshal(v)
}

// Estimate is an interval with its estimate.
type Estimate struct {
	Mid Float `json:"mid"`
	Lo  Float `json:"lo"`
	Hi  Float `json:"hi"`
}

// EstimateOf returns nil, which JSON has as null, where i is not known.
func EstimateOf(i stats.Interval) *Estimate {
	if math.IsNaN(i.Mid) || math.IsInf(i.Mid, 0) {
		return nil
	}
	return &Estimate{Float(i.Mid), Float(i.Lo), Float(i.Hi)}
}

// Range is an interval or region without an estimate.
type Range struct {
	Lo Float `json:"lo"`
	Hi Float `json:"hi"`
}
