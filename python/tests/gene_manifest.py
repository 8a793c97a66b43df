"""A manifest of genes and tissues, and what it should answer."""

import random

import ingot

TEMPLATE = "v1/ad/{gene_id}/model_tissue_{tissue_id:int32}.tl"
GENES = [f"ENSG{number:011}.{number % 20}" for number in range(60)]
TISSUES = range(12)


def path_of(gene, tissue):
    return f"s3://models/v1/ad/{gene}/model_tissue_{tissue}.tl"


# Every seventh cell is empty.
KNOWN = {
    (gene, tissue): path_of(gene, tissue)
    for number, gene in enumerate(GENES)
    for tissue in TISSUES
    if (number * 5 + tissue) % 7
}


def write_listing(folder, keys):
    listing = folder / "paths.txt"
    listing.write_text("".join(f"v1/ad/{gene}/model_tissue_{tissue}.tl\n" for gene, tissue in keys), encoding="utf-8")
    return listing


def make_manifest(folder, keys=KNOWN, **options):
    manifest = folder / "manifest.parquet"
    ingot.generate_manifest(write_listing(folder, keys), manifest, template=TEMPLATE, base="s3://models/", **options)
    return manifest


def asked(count, seed):
    chance = random.Random(seed)
    keys = [(chance.choice([*GENES, "nobody"]), chance.choice(TISSUES)) for _ in range(count)]
    return [gene for gene, _ in keys], [tissue for _, tissue in keys], [KNOWN.get(key) for key in keys]
