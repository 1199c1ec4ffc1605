// Package codegen takes the place of the YAML code generator. The Terraform bridge links one for translating the examples
// in documentation; a running plugin never reaches it, and the real one can't be built from modules alone.
package codegen

import (
	"errors"

	"github.com/hashicorp/hcl/v2"
)

// GenerateProgram reports that there is no generator.
func GenerateProgram[Program any](Program) (map[string][]byte, hcl.Diagnostics, error) {
	return nil, nil, errors.New("examples are not translated to YAML by this build")
}
