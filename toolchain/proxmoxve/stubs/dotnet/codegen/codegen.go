// Package codegen takes the place of the .NET code generator. The Terraform bridge links one for translating the examples
// in documentation; a running plugin never reaches it, and the real one can't be built from modules alone.
package codegen

import (
	"errors"

	"github.com/hashicorp/hcl/v2"
)

// CSharpPackageInfo has the fields of a package's .NET settings that the bridge fills.
type CSharpPackageInfo struct {
	RootNamespace                string            `json:"rootNamespace,omitempty"`
	Namespaces                   map[string]string `json:"namespaces,omitempty"`
	PackageReferences            map[string]string `json:"packageReferences,omitempty"`
	ProjectReferences            []string          `json:"projectReferences,omitempty"`
	Compatibility                string            `json:"compatibility,omitempty"`
	DictionaryConstructors       bool              `json:"dictionaryConstructors,omitempty"`
	LiftSingleValueMethodReturns bool              `json:"liftSingleValueMethodReturns,omitempty"`
	RespectSchemaVersion         bool              `json:"respectSchemaVersion,omitempty"`
}

// CSharpPropertyInfo has the .NET name of a property.
type CSharpPropertyInfo struct {
	Name string `json:"name,omitempty"`
}

// CSharpResourceInfo has the .NET name of a resource.
type CSharpResourceInfo struct {
	Name string `json:"name,omitempty"`
}

// GenerateProgram reports that there is no generator.
func GenerateProgram[Program any](Program) (map[string][]byte, hcl.Diagnostics, error) {
	return nil, nil, errors.New("examples are not translated to C# by this build")
}
