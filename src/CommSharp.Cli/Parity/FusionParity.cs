using CommSharp.Checkpoints;
using CommSharp.Configuration;
using CommSharp.Fusion;
using CommSharp.Layers;
using CommSharp.Vision;
using static TorchSharp.torch;

namespace CommSharp.Cli.Parity;

/// <summary>
/// COMM's fusion on given layer features: merges, the MLP after DINOv2's, concatenation, projector, a loss, and its gradients with respect to
/// every parameter and input.
/// </summary>
internal static class FusionParity
{
    public static Dictionary<string, Tensor> Outputs(string path, ITensorSource expected)
    {
        var config = HuggingFaceConfig.Read(Path.Combine(path, "config.json"));
        using ITensorSource weights = Checkpoint.Open(Path.Combine(path, "params.safetensors"));
        using VisionStack stack = Load(config, weights, out CheckpointPart[] parts);
        stack.eval();

        Tensor[] clip = Inputs(expected, "clip_features", stack.Branches[0].Layers[^1]);
        Tensor[] dino = Inputs(expected, "dino_features", stack.Branches[1].Layers[^1]);
        var outputs = new Dictionary<string, Tensor>
        {
            ["clip_merged"] = stack.Branches[0].Merge.call(Selected(clip, stack.Branches[0])),
            ["dino_merged"] = stack.Branches[1].Merge.call(Selected(dino, stack.Branches[1])),
        };
        outputs["dino_mlp"] = stack.Branches[1].Projection.call(outputs["dino_merged"]);
        outputs["concat"] = stack.Combine([outputs["clip_merged"], outputs["dino_mlp"]]);
        outputs["output"] = stack.Projector.call(outputs["concat"]);
        outputs["loss"] = (outputs["output"] * expected.Read("loss_weight")).sum().Times(0.05).reshape(1);
        outputs["loss"].backward();
        AddGradients(outputs, parts, clip, dino);
        return outputs;
    }

    private static Tensor[] Inputs(ITensorSource expected, string name, int count) =>
        [.. Enumerable.Range(0, count).Select(i => expected.Read($"{name}.{i}").requires_grad_())];

    private static Tensor[] Selected(Tensor[] features, VisionBranch branch) => [.. branch.Layers.Select(layer => features[layer - 1])];

    private static void AddGradients(Dictionary<string, Tensor> outputs, CheckpointPart[] parts, Tensor[] clip, Tensor[] dino)
    {
        foreach ((string branch, Tensor[] features) in new[] { ("clip", clip), ("dino", dino) })
        {
            for (int i = 0; i < features.Length; i++)
            {
                outputs[$"grad.{branch}_features.{i}"] = features[i].grad ?? zeros_like(features[i]);
            }
        }

        foreach (CheckpointPart part in parts)
        {
            Dictionary<string, Tensor> parameters = part.Target.named_parameters().ToDictionary(pair => pair.name, pair => (Tensor)pair.parameter);
            foreach (KeyMapping mapping in part.Layout.Mappings().Where(mapping => parameters.ContainsKey(mapping.Target)))
            {
                Tensor gradient = parameters[mapping.Target].grad!;
                outputs[$"grad.{part.Prefix}{mapping.Sources[0]}"] = gradient.view([.. mapping.SourceShape(gradient.shape)]);
            }
        }
    }

    /// <summary>Builds the stack that the case describes; its towers exist for their widths only.</summary>
    private static VisionStack Load(HuggingFaceConfig config, ITensorSource weights, out CheckpointPart[] parts)
    {
        MergeConfig merge = ReadMerge(config);
        bool half = config.Text("merge") == "mean_half";
        int blocks = config.WholeNumber("mlp_layers");
        var stack = new VisionStack(
            new VisionStackConfig
            {
                Branches =
                [
                    Branch("clip", config.Count("clip_width"), config.Count("clip_layers"), config.Count("patches"), half, merge, 0),
                    Branch("dinov2", config.Count("dino_width"), config.Count("dino_layers_used"), config.Count("patches"), half, merge, blocks),
                ],
                Projector = new LinearProjection(),
            },
            config.Count("llm_width"),
            TensorOptions.Default);
        parts =
        [
            new CheckpointPart(MergeLayout(stack.Branches[0]), "clip.", stack.Branches[0].Merge),
            new CheckpointPart(MergeLayout(stack.Branches[1]), "dino.", stack.Branches[1].Merge),
            new CheckpointPart(MlpLayout(blocks), "mlp.", stack.Branches[1].Projection),
            new CheckpointPart(ProjectorLayout, "proj.", stack.Projector),
        ];
        new CheckpointLoader(weights).Load(parts).RequireFit(weights.Location);
        return stack;
    }

    private static MergeConfig ReadMerge(HuggingFaceConfig config)
    {
        string kind = config.Text("merge");
        double epsilon = config.Number(kind == "conv" ? "batch_norm_eps" : "layer_norm_eps");
        var layerscale = new LayerscaleMerge { NormEpsilon = epsilon };
        return kind switch
        {
            "mean" or "mean_half" => new MeanMerge(),
            "layerscale" => layerscale with { Normalization = ScaleNormalization.Softmax },
            "lln" => layerscale with { Transform = LayerTransform.NormLinear },
            "lln_softmax" => layerscale with { Transform = LayerTransform.NormLinear, Normalization = ScaleNormalization.Softmax },
            "lln_shared" => layerscale with { Transform = LayerTransform.NormLinear, SharedTransform = true },
            "conv" => layerscale with { Transform = LayerTransform.Convolution },
            _ => throw config.Unsupported("merge", "mean, mean_half, layerscale, lln, lln_softmax, lln_shared, conv"),
        };
    }

    private static VisionBranchConfig Branch(string family, int width, int layers, int patches, bool half, MergeConfig merge, int mlpBlocks) => new()
    {
        Encoder = family,
        Family = family,
        Architecture = new VisionTransformerConfig
        {
            ImageSize = (int)Math.Sqrt(patches) * 14,
            PatchSize = 14,
            Width = width,
            Depth = layers,
            Heads = 1,
            HiddenWidth = width,
        },
        Layers = half ? LayerSelection.Half : LayerSelection.All,
        Merge = merge,
        Projection = mlpBlocks > 0 ? new MlpProjection { Blocks = mlpBlocks } : new IdentityProjection(),
    };

    private static CheckpointLayout MergeLayout(VisionBranch branch) => new(
        "fusion-merge",
        [""],
        [
            new Rename("alpha", "alpha"),
            new Rename("norm.{i}.weight", "transforms.{i}.norm.weight"),
            new Rename("norm.{i}.bias", "transforms.{i}.norm.bias"),
            new Rename("linear.{i}.weight", "transforms.{i}.linear.weight"),
            new Rename("linear.{i}.bias", "transforms.{i}.linear.bias"),
            new Reshape("conv.{i}.weight", "transforms.{i}.convolution.weight", branch.OutputWidth, branch.OutputWidth, 1, 1),
            new Rename("conv.{i}.bias", "transforms.{i}.convolution.bias"),
            new Rename("bn.{i}.weight", "transforms.{i}.weight"),
            new Rename("bn.{i}.bias", "transforms.{i}.bias"),
            new Rename("bn.{i}.running_mean", "transforms.{i}.runningMean"),
            new Rename("bn.{i}.running_var", "transforms.{i}.runningVariance"),
        ],
        branch.Layers.Count);

    private static CheckpointLayout MlpLayout(int blocks) => new(
        "fusion-mlp",
        [""],
        [
            new Rename("{i}.fc1.weight", "blocks.{i}.input.weight"),
            new Rename("{i}.fc1.bias", "blocks.{i}.input.bias"),
            new Rename("{i}.fc2.weight", "blocks.{i}.output.weight"),
            new Rename("{i}.fc2.bias", "blocks.{i}.output.bias"),
        ],
        blocks);

    private static CheckpointLayout ProjectorLayout { get; } =
        new("fusion-projector", [""], [new Rename("weight", "blocks.0.weight"), new Rename("bias", "blocks.0.bias")]);
}
