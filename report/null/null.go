// Package null holds values that JSON has as null where they are not known.
//
// JSON has no NaN and no infinity, and a reader of it can't tell an empty text
// from an unknown one. Each type writes what it knows, and null for the rest.
package null

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
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

// Object is a JSON object: its keys, each before its value, in their order. Nil
// is null.
type Object []any

// MarshalJSON implements [json.Marshaler].
func (o Object) MarshalJSON() ([]byte, error) {
	if o == nil {
		return []byte("null"), nil
	}
	out := []byte{'{'}
	for i, of := range o {
		text, err := json.Marshal(of)
		if err != nil {
			return nil, err
		}
		out = append(append(out, text...), ":,"[i%2])
	}
	return append(bytes.TrimSuffix(out, []byte{','}), '}'), nil
}

// Get returns the value of a key, or nil if o lacks the key.
func (o Object) Get(key string) any {
	for pair := range slices.Chunk(o, 2) {
		if pair[0] == key {
			return pair[1]
		}
	}
	return nil
}

// Estimate is an interval with its estimate; nil where it is not known.
func Estimate(i stats.Interval) Object {
	if math.IsNaN(i.Mid) || math.IsInf(i.Mid, 0) {
		return nil
	}
	return append(Object{"mid", Float(i.Mid)}, Range(i.Lo, i.Hi)...)
}

// Range is an interval or region without an estimate.
func Range(lo, hi float64) Object { return Object{"lo", Float(lo), "hi", Float(hi)} }
