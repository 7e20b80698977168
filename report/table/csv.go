package table

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"reflect"
	"strconv"
	"strings"

	"conpar/report/words"
)

// WriteCSV writes records as CSV: a line with the names of the columns, and
// then a line for each record. A column is named after the path of a field in
// the record's JSON, "worth.goroutines.from", or is "name=path" where it has
// another name. What is null there is empty here.
// A list is written with spaces between its elements. Text is that of
// [words.Spreadsheet].
func WriteCSV[R any](w io.Writer, columns []string, records iter.Seq[R]) error {
	out := csv.NewWriter(w)
	names, paths := make([]string, len(columns)), make([][]string, len(columns))
	for i, column := range columns {
		name, path, renamed := strings.Cut(column, "=")
		if !renamed {
			path = name
		}
		names[i], paths[i] = name, strings.Split(path, ".")
	}
	out.Write(names) // Error tells of all writes
	fields := fields{}
	line := make([]string, len(columns))
	for record := range records {
		for i, path := range paths {
			text, err := fields.text(reflect.ValueOf(record), path)
			if err != nil {
				return fmt.Errorf("table: column %s: %w", columns[i], err)
			}
			line[i] = text
		}
		out.Write(line)
	}
	out.Flush()
	return out.Error()
}

// fields are the indices of the fields of types by their names in JSON.
type fields map[reflect.Type]map[string][]int

func (f fields) text(v reflect.Value, path []string) (string, error) {
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	switch {
	case v.Kind() == reflect.Pointer:
		return "", nil
	case len(path) == 0:
		return text(v)
	case v.Kind() == reflect.Map:
		if v = v.MapIndex(reflect.ValueOf(path[0])); !v.IsValid() {
			return "", nil
		}
		return f.text(v, path[1:])
	}
	index, ok := f.of(v.Type())[path[0]]
	if !ok {
		return "", fmt.Errorf("%s has no field %s", v.Type(), path[0])
	}
	return f.text(v.FieldByIndex(index), path[1:])
}

func (f fields) of(t reflect.Type) map[string][]int {
	if f[t] == nil {
		f[t] = map[string][]int{}
		for _, field := range reflect.VisibleFields(t) {
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			f[t][name] = field.Index
		}
	}
	return f[t]
}

func text(v reflect.Value) (string, error) {
	switch v.Kind() {
	case reflect.String:
		return words.Spreadsheet(v.String()), nil
	case reflect.Slice:
		var parts []string
		for i := range v.Len() {
			parts = append(parts, fmt.Sprint(v.Index(i)))
		}
		return words.Spreadsheet(strings.Join(parts, " ")), nil
	}
	of, err := json.Marshal(v.Interface())
	if err != nil || string(of) == "null" {
		return "", err
	}
	if v.Kind() == reflect.Float64 {
		number, err := strconv.ParseFloat(string(of), 64)
		return strconv.FormatFloat(number, 'g', -1, 64), err
	}
	return string(of), nil
}
