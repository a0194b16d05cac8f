using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace HftSandbox.Tests.Architecture;

/// <summary>The names in the metadata of an assembly, read without loading it.</summary>
internal sealed class AssemblyMetadata : IDisposable
{
    private readonly PEReader _file;
    private readonly MetadataReader _reader;

    public AssemblyMetadata(string name)
    {
        _file = new PEReader(File.OpenRead(SourceAssemblies.PathOf(name)));
        _reader = _file.GetMetadataReader();
    }

    /// <summary>Names of the assemblies that it references.</summary>
    public string[] References => [.. _reader.AssemblyReferences
        .Select(handle => _reader.GetString(_reader.GetAssemblyReference(handle).Name)).Order(StringComparer.Ordinal)];

    /// <summary>Documentation ids, without parameters, of the outside types and members that it references:
    /// <c>T:System.Random</c>, <c>M:System.Guid.NewGuid</c>.</summary>
    public IEnumerable<string> OutsideIds()
    {
        foreach (var handle in _reader.TypeReferences)
            yield return "T:" + SignatureNames.NameOf(_reader, handle);
        foreach (var handle in _reader.MemberReferences)
        {
            var member = _reader.GetMemberReference(handle);
            if (member.Parent.Kind != HandleKind.TypeReference)
                continue;
            var owner = SignatureNames.NameOf(_reader, (TypeReferenceHandle)member.Parent);
            var name = _reader.GetString(member.Name);
            yield return $"M:{owner}.{name}";
            if (name.StartsWith("get_", StringComparison.Ordinal) || name.StartsWith("set_", StringComparison.Ordinal))
                yield return $"P:{owner}.{name[4..]}";
        }
    }

    /// <summary>Every signature with the member it belongs to: fields, parameters, results, locals, and what is
    /// called or read elsewhere.</summary>
    public IEnumerable<(string Member, ImmutableArray<string> Types)> Signatures()
    {
        foreach (var handle in _reader.FieldDefinitions)
        {
            var field = _reader.GetFieldDefinition(handle);
            var owner = SignatureNames.NameOf(_reader, field.GetDeclaringType());
            yield return ($"{owner}.{_reader.GetString(field.Name)}", field.DecodeSignature(SignatureNames.All, null));
        }

        foreach (var handle in _reader.MethodDefinitions)
        {
            var method = _reader.GetMethodDefinition(handle);
            var name = $"{SignatureNames.NameOf(_reader, method.GetDeclaringType())}.{_reader.GetString(method.Name)}";
            yield return (name, SignatureNames.Of(method.DecodeSignature(SignatureNames.All, null)));
            yield return ($"{name} (locals)", LocalsOf(method));
        }

        foreach (var handle in _reader.MemberReferences)
            yield return (_reader.GetString(_reader.GetMemberReference(handle).Name), TypesOf(handle));
        for (var row = 1; row <= _reader.GetTableRowCount(TableIndex.MethodSpec); row++)
        {
            var call = _reader.GetMethodSpecification(MetadataTokens.MethodSpecificationHandle(row));
            yield return ("a generic call", [.. call.DecodeSignature(SignatureNames.All, null).SelectMany(n => n)]);
        }
    }

    public void Dispose() => _file.Dispose();

    private ImmutableArray<string> LocalsOf(MethodDefinition method)
    {
        if (method.RelativeVirtualAddress == 0)
            return [];
        var locals = _file.GetMethodBody(method.RelativeVirtualAddress).LocalSignature;
        if (locals.IsNil)
            return [];
        var signature = _reader.GetStandaloneSignature(locals);
        return [.. signature.DecodeLocalSignature(SignatureNames.All, null).SelectMany(names => names)];
    }

    private ImmutableArray<string> TypesOf(MemberReferenceHandle handle)
    {
        var member = _reader.GetMemberReference(handle);
        var types = member.GetKind() == MemberReferenceKind.Field
            ? member.DecodeFieldSignature(SignatureNames.All, null)
            : SignatureNames.Of(member.DecodeMethodSignature(SignatureNames.All, null));
        return member.Parent.Kind switch
        {
            HandleKind.TypeReference => types.Add(SignatureNames.NameOf(_reader, (TypeReferenceHandle)member.Parent)),
            HandleKind.TypeSpecification => types.AddRange(SignatureNames.All
                .GetTypeFromSpecification(_reader, null, (TypeSpecificationHandle)member.Parent, 0)),
            _ => types,
        };
    }
}
